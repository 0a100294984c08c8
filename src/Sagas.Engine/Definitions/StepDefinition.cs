namespace Sagas.Engine.Definitions;

/// <summary>One unit of work of a saga, carried out by a participant.</summary>
public sealed record StepDefinition
{
    /// <summary>The name, unique within the definition: <c>[a-z0-9][a-z0-9._-]{0,99}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The parallel group that the step belongs to, from 1 in the order of the groups, or <see langword="null"/> for a
    /// step that runs alone. The steps of a group stand together.
    /// </summary>
    public int? Group { get; init; }

    /// <summary>Who carries the step out.</summary>
    public required Participant Participant { get; init; }

    /// <summary>
    /// How long the worker waits for the reply to one attempt to execute the step. The default is 60 seconds. Value
    /// must be from 100 milliseconds to 30 days.
    /// </summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How attempts to execute the step are repeated.</summary>
    public required RetryPolicy Retry { get; init; }

    /// <summary>
    /// The steps whose results the command to execute the step has; <see langword="null"/>, the default, for all steps
    /// before it. For a participant with a queue: one over HTTP gets what its request names.
    /// </summary>
    public IReadOnlyList<string>? Results { get; init; }

    /// <summary>
    /// Whether the saga only goes forward once this step has succeeded. At most one step of a definition, and
    /// never one of a group.
    /// </summary>
    public bool Pivot { get; init; }

    /// <summary>How the step is undone, or <see langword="null"/> when there is nothing to undo.</summary>
    public CompensationDefinition? Compensation { get; init; }
}
