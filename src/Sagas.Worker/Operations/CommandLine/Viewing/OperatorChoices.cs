using Sagas.Worker.Operations.Queries;
using Sagas.Worker.Orchestration;

namespace Sagas.Worker.Operations.CommandLine.Viewing;

/// <summary>What an operator can do to a saga now, and what comes of it.</summary>
internal static class OperatorChoices
{
    /// <param name="saga">The saga.</param>
    /// <param name="arguments">What each command needs to reach the same worker.</param>
    public static IEnumerable<(string Outcome, string Command)> Of(SagaDetail saga, string arguments) => saga.State switch
    {
        nameof(SagaStatus.Suspended) => OfSuspended(saga, arguments),
        nameof(SagaStatus.Running) =>
        [
            ("turn it back: undo what was done (refused behind the pivot)", Command("cancel", saga, arguments)),
        ],
        _ => [],
    };

    private static IEnumerable<(string Outcome, string Command)> OfSuspended(SagaDetail saga, string arguments)
    {
        var step = saga.CurrentStep ?? saga.Failure?.Step ?? "";
        var isUndoing = saga.Direction == "Compensate";
        yield return (
            isUndoing ? $"try again to undo '{step}', once its cause is mended" : $"try '{step}' again, once its cause is mended",
            Command("retry", saga, arguments));
        yield return (
            isUndoing
                ? $"undo '{step}' by hand, then go on with undoing the steps before it"
                : $"do '{step}' by hand, then go on with the steps after it",
            Command("skip", saga, $" --step {step}{arguments}"));
        yield return ("end it as it is: nothing more is done or undone", Command("abort", saga, arguments));
    }

    private static string Command(string verb, SagaDetail saga, string arguments) =>
        $"sagas {verb} {saga.Id}{arguments} --reason \"…\"";
}
