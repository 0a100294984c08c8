using System.Collections.Immutable;
using Testcontainers.PostgreSql;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>What a test wants otherwise about its <see cref="SagasStack"/>.</summary>
internal sealed record StackSettings
{
    /// <summary>How many workers share the database. The default is 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The workers' image; by default the product's own.</summary>
    public string? WorkerImage { get; init; }

    /// <summary>Further settings of the workers, as environment variables.</summary>
    public ImmutableDictionary<string, string> Worker { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Further settings of the participants, as environment variables.</summary>
    public ImmutableDictionary<string, string> Participants { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the participants are started again when they end with a failure, as in a deployment. The default is
    /// true.
    /// </summary>
    public bool RestartsParticipants { get; init; } = true;

    /// <summary>A folder with the definitions that the workers load; by default those of their image.</summary>
    public string? Definitions { get; init; }

    /// <summary>
    /// Whether workers and participants reach PostgreSQL through PgBouncer in transaction mode, and how many prepared
    /// statements it keeps: 0 as every version before 1.21. By default they reach it directly.
    /// </summary>
    public int? PoolerStatements { get; init; }

    /// <summary>What is special about the database's server.</summary>
    public Func<PostgreSqlBuilder, PostgreSqlBuilder> Database { get; init; } = server => server;
}
