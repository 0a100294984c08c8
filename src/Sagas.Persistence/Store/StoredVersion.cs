namespace Sagas.Persistence.Store;

/// <summary>A version of a definition that is stored.</summary>
/// <param name="Name">The definition's name.</param>
/// <param name="Version">The version.</param>
/// <param name="IsWithdrawn">Whether no saga starts on it any more.</param>
public sealed record StoredVersion(string Name, int Version, bool IsWithdrawn);
