using Sagas.Engine;

namespace Sagas.Dashboard.Queries;

/// <summary>The names of the states that a saga can be in.</summary>
internal static class SagaStates
{
    /// <summary>All of them, the ones that need somebody first.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        nameof(SagaStatus.Suspended),
        nameof(SagaStatus.Compensating),
        nameof(SagaStatus.Running),
        nameof(SagaStatus.Aborted),
        nameof(SagaStatus.Compensated),
        nameof(SagaStatus.Completed),
    ];
}
