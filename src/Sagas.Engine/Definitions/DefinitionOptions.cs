namespace Sagas.Engine.Definitions;

/// <summary>The section <c>Sagas:Definitions</c>: where the saga definitions are.</summary>
public sealed class DefinitionOptions
{
    /// <summary>The section's path.</summary>
    public const string Section = "Sagas:Definitions";

    /// <summary>
    /// The folder whose <c>*.json</c> files are the definitions, relative to the working directory. The default is the
    /// folder <c>sagas</c> there, or beside the executable where there is none.
    /// </summary>
    public string? Path { get; set; }
}
