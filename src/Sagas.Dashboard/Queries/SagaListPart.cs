using Sagas.Engine;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// A part of a list's order: which states are in it, and whether the longest due or the last started come first.
/// </summary>
/// <param name="States">The states.</param>
/// <param name="IsByDue">Whether it is sorted by what is due, otherwise by the start.</param>
internal sealed record SagaListPart(IReadOnlyList<string> States, bool IsByDue)
{
    private static readonly IReadOnlyList<SagaListPart> Newest = [new(SagaStates.All, IsByDue: false)];

    private static readonly IReadOnlyList<SagaListPart> Attention =
    [
        new([nameof(SagaStatus.Suspended)], IsByDue: false),
        new([nameof(SagaStatus.Compensating), nameof(SagaStatus.Running)], IsByDue: true),
        new([nameof(SagaStatus.Aborted), nameof(SagaStatus.Compensated), nameof(SagaStatus.Completed)], IsByDue: false),
    ];

    /// <summary>The parts of an order, one after the other.</summary>
    public static IReadOnlyList<SagaListPart> Of(SagaSort sort) => sort == SagaSort.Newest ? Newest : Attention;
}
