namespace Sagas.Persistence.Configuration;

/// <summary>A section of the configuration that options are bound from.</summary>
/// <param name="Path">Its path.</param>
internal sealed record SettingSection(string Path);
