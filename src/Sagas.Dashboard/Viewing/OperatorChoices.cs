using Sagas.Dashboard.Queries;
using Sagas.Engine;

namespace Sagas.Dashboard.Viewing;

/// <summary>What an operator can do to a saga now, and what comes of it.</summary>
internal static class OperatorChoices
{
    /// <param name="saga">The saga.</param>
    /// <param name="arguments">What each command needs to reach the same worker.</param>
    public static IEnumerable<OperatorChoice> Of(SagaDetail saga, string arguments) => saga.State switch
    {
        nameof(SagaStatus.Suspended) => OfSuspended(saga, arguments),
        nameof(SagaStatus.Running) =>
        [
            Choice("cancel", null, "turn it back: undo what was done (refused behind the pivot)", saga, arguments),
        ],
        _ => [],
    };

    private static IEnumerable<OperatorChoice> OfSuspended(SagaDetail saga, string arguments)
    {
        var step = saga.CurrentStep ?? saga.Failure?.Step ?? "";
        var isUndoing = Directions.IsCompensation(saga.Direction);
        yield return Choice(
            "retry",
            null,
            isUndoing
                ? $"try again to undo '{step}', once its cause is mended"
                : $"try '{step}' again, once its cause is mended",
            saga,
            arguments);
        yield return Choice(
            "skip",
            step,
            isUndoing
                ? $"undo '{step}' by hand, then go on with undoing the steps before it"
                : $"do '{step}' by hand, then go on with the steps after it",
            saga,
            arguments);
        yield return Choice("abort", null, "end it as it is: nothing more is done or undone", saga, arguments);
    }

    private static OperatorChoice Choice(
        string verb, string? step, string outcome, SagaDetail saga, string arguments) => new(
        verb,
        step,
        outcome,
        $"sagas {verb} {saga.Id}{(step is null ? "" : $" --step {step}")}{arguments} --reason \"…\"");
}
