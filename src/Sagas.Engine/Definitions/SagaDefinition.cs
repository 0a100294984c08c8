namespace Sagas.Engine.Definitions;

/// <summary>
/// An ordered list of steps under a name and a version, with every default filled in. Immutable once used: a saga runs
/// to its end on the definition that it started with.
/// </summary>
public sealed record SagaDefinition
{
    /// <summary>The name, unique together with <see cref="Version"/>: <c>[a-z0-9][a-z0-9._-]{0,99}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>What the saga is for, or an empty string. Not part of the content hash.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// Until when after its start a saga must have ended or passed its pivot; later it turns back. The default is
    /// <see langword="null"/>: it takes as long as it takes. Value must be from 100 milliseconds to 30 days.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The steps in the order in which they run. At least one; names are unique.</summary>
    public required IReadOnlyList<StepDefinition> Steps { get; init; }

    /// <summary>Starts to declare a saga in C#.</summary>
    /// <param name="name">The name: <c>[a-z0-9][a-z0-9._-]{0,99}</c>.</param>
    /// <param name="version">The version, from 1.</param>
    public static SagaDefinitionBuilder Define(string name, int version) => new(name, version);
}
