namespace Sagas.Engine.Definitions;

/// <summary>
/// A saga definition as its author declared it, in a JSON file or with <see cref="SagaDefinition.Define"/>: checked,
/// but what was left out is still open. The worker's configured defaults make a <see cref="SagaDefinition"/> of it.
/// </summary>
public sealed class SagaDeclaration
{
    internal SagaDeclaration(string source) => Source = source;

    /// <summary>The definition's name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The definition's version, from 1.</summary>
    public int Version { get; internal init; }

    /// <summary>The file that it was read from, or which definition in code.</summary>
    public string Source { get; }

    /// <summary>
    /// SHA-256 of what was declared, in lower-case hex: the same whatever the order of the properties, the white space,
    /// the description and the worker's defaults are.
    /// </summary>
    public string Hash => field ??= DeclarationHash.Compute(this);

    internal TimeSpan? Deadline { get; init; }

    internal string Description { get; init; } = "";

    internal IReadOnlyList<GroupDeclaration> Groups { get; init; } = [];

    internal IReadOnlyList<StepDeclaration?> Steps { get; init; } = [];

    /// <summary>Fills in what was left open.</summary>
    public SagaDefinition Resolve(DefinitionDefaults defaults) => DeclarationResolver.Resolve(this, defaults);
}
