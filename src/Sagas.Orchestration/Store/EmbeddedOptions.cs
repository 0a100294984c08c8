using Microsoft.Extensions.Configuration;

namespace Sagas.Orchestration.Store;

/// <summary>
/// The embedded mode: a SQLite file and a transport in memory, where no servers are named. Section <c>Sagas:Embedded</c>.
/// </summary>
public sealed class EmbeddedOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Embedded";

    /// <summary>
    /// Whether a worker starts that has no connection string for its database, or for its broker. The default is
    /// <see langword="true"/>; the container image sets <see langword="false"/>: there, a connection string that is
    /// missing is a mistake more often than a wish.
    /// </summary>
    public bool Allowed { get; set; } = true;

    /// <summary>
    /// The SQLite file of a worker without a connection string. The default is <c>sagas.db</c> in the working directory;
    /// the container image sets <c>/data/sagas.db</c>.
    /// </summary>
    public string Path { get; set; } = "sagas.db";

    /// <summary>A connection string, or <see langword="null"/> for the embedded mode.</summary>
    /// <param name="configuration">The worker's configuration.</param>
    /// <param name="name">The connection string's name.</param>
    /// <exception cref="FormatException">There is none, and the embedded mode is not allowed.</exception>
    internal static string? Find(IConfiguration configuration, string name)
    {
        var connection = configuration.GetConnectionString(name);
        return !string.IsNullOrWhiteSpace(connection)
            ? connection
            : bool.TryParse(configuration[$"{Section}:{nameof(Allowed)}"], out var isAllowed) && !isAllowed
                ? throw new FormatException(
                    $"ConnectionStrings__{name} is not set, and the embedded mode (a SQLite file, a transport in memory) is "
                    + $"not allowed here: set it, or ask for the embedded mode with Sagas__Embedded__{nameof(Allowed)}=true.")
                : null;
    }
}
