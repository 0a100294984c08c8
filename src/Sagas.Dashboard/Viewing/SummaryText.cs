using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Viewing;

/// <summary>Tells a saga of a list in a few words.</summary>
internal static class SummaryText
{
    /// <summary>What it is doing.</summary>
    public static string Step(SagaSummary saga)
    {
        if (saga.CurrentStep is not { } step)
        {
            var (done, undone, total) = saga.Progress;
            return undone > 0 ? $"{undone} undone" : $"{done}/{total} done";
        }

        var undo = Directions.IsCompensation(saga.Direction) ? "undo " : "";
        return saga.WaitsFor is { } reason ? $"{undo}{step} ({reason})" : $"{undo}{step} #{saga.Attempt}";
    }

    /// <summary>Why it turned back or was suspended, if it did.</summary>
    public static string Why(SagaSummary saga) =>
        saga.Failure is { } failure ? $"{failure.Step}: {failure.Code}: {failure.Message}" : "";

    /// <summary>A failure as a sentence.</summary>
    public static string Describe(FailureView failure) =>
        $"{(Directions.IsCompensation(failure.Direction) ? "undoing " : "")}'{failure.Step}' failed: "
        + $"{failure.Code}: {failure.Message}";
}
