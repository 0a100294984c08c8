namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>saga_definition</c>: a definition as it was first used, or as a worker has loaded it that has not started a
/// saga on it yet.
/// </summary>
public sealed class SagaDefinitionRow
{
    /// <summary>The definition's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The definition's version, from 1.</summary>
    public int Version { get; set; }

    /// <summary>
    /// SHA-256 of what the definition's author declared, in lower-case hex: defaults, order and spelling do not count.
    /// </summary>
    public string Hash { get; set; } = "";

    /// <summary>The definition's canonical JSON, every default filled in.</summary>
    public string Content { get; set; } = "";

    /// <summary>When it was first used, or until then when it was stored (UTC).</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// Whether a saga may have started on it: then it never changes. Rows of workers that store a definition with its
    /// first use alone are used.
    /// </summary>
    public bool IsUsed { get; set; } = true;

    /// <summary>Since when (UTC) no saga starts on it any more, or <see langword="null"/>.</summary>
    public DateTime? WithdrawnAt { get; set; }
}
