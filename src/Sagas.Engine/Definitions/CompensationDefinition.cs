namespace Sagas.Engine.Definitions;

/// <summary>How a step is undone.</summary>
public sealed record CompensationDefinition
{
    /// <summary>Who undoes the step. The default is the step's own participant, where that is a queue.</summary>
    public required Participant Participant { get; init; }

    /// <summary>
    /// How long the worker waits for the reply to one attempt to compensate. The default is 300 seconds. Value must be
    /// from 100 milliseconds to 30 days.
    /// </summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>
    /// The steps before whose results the command has beside that of its own step. The default is none.
    /// </summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>How attempts to compensate are repeated before the saga is suspended.</summary>
    public required RetryPolicy Retry { get; init; }
}
