using Microsoft.Extensions.Logging;

namespace Sagas.Orchestration.Definitions;

internal static partial class DefinitionLog
{
    [LoggerMessage(190, LogLevel.Information, "Loaded {Count} saga definitions: {Definitions}")]
    public static partial void Loaded(ILogger logger, int count, string definitions);

    [LoggerMessage(
        191,
        LogLevel.Warning,
        "No saga definitions: this worker starts sagas only on those that others have stored. Put *.json files into the " +
        "folder sagas, set Sagas:Definitions:Path, or declare sagas in code.")]
    public static partial void NoneLoaded(ILogger logger);

    [LoggerMessage(
        193,
        LogLevel.Warning,
        "The stored definition {Name} version {Version} cannot be read by this worker, and is left to those that can: " +
        "{Reason}")]
    public static partial void NotReadable(ILogger logger, string name, int version, string reason);

    [LoggerMessage(
        192,
        LogLevel.Information,
        "{Name} version {Version} was first used with other defaults than this worker's, and keeps those. Publish " +
        "a new version to have it use the new ones.")]
    public static partial void DefaultsDiffer(ILogger logger, string name, int version);
}
