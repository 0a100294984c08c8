using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems.DropIn;
using Sagas.Benchmarks.Systems.Raw;
using Sagas.Benchmarks.Systems.Twins;

namespace Sagas.Benchmarks.Systems;

/// <summary>The processes that a system has besides the servers.</summary>
/// <param name="kind">Which system.</param>
/// <param name="servers">Its servers.</param>
/// <param name="folder">The build that it is of.</param>
internal sealed class SystemProcesses(SystemKind kind, BenchmarkServers servers, string folder)
{
    private static readonly Dictionary<string, string> NoVariables = [];

    /// <param name="settings">What the worker is told besides, as variables of its environment.</param>
    /// <param name="ended">Is told when it ends by itself.</param>
    public ChildProcess StartWorker(IReadOnlyDictionary<string, string> settings, Action<string> ended)
    {
        var database = servers.Database("sagas");
        return kind switch
        {
            SystemKind.Raw =>
                StartTwin([RawProcess.Orchestrator, "--broker", servers.Broker, "--database", database], ended),
            SystemKind.NoDatabase => StartTwin([TwinProcess.Name, "--broker", servers.Broker], ended),
            SystemKind.Plain =>
                StartTwin([TwinProcess.Name, "--broker", servers.Broker, "--database", database], ended),
            SystemKind.DropIn =>
                StartTwin([DropInProcess.Name, "--broker", servers.Broker, "--database", database], ended),
            _ => ChildProcess.Start(
                folder,
                "Sagas.Worker",
                ["run"],
                new Dictionary<string, string>(settings)
                {
                    ["ConnectionStrings__Sagas"] = database,
                    ["ConnectionStrings__RabbitMq"] = servers.Broker,
                    ["Sagas__Definitions__Path"] = BenchmarkSagas.Folder,
                    ["Sagas__Api__Enabled"] = "false",
                    ["Logging__LogLevel__Default"] = "Warning",
                    ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning",
                },
                ended),
        };
    }

    public ChildProcess StartParticipants(Action<string> ended)
    {
        var database = servers.Database("participants");
        string[] common = [ParticipantsProcess.Name, "--broker", servers.Broker];
        return StartTwin(
            kind switch
            {
                SystemKind.Raw => [RawProcess.Participants, "--broker", servers.Broker, "--database", database],
                SystemKind.NoDatabase => common,
                SystemKind.Plain => [.. common, "--database", database, "--plain"],
                SystemKind.DropIn => [.. common, "--database", database, "--plain", "--outbox"],
                _ => [.. common, "--database", database],
            },
            ended);
    }

    private ChildProcess StartTwin(IReadOnlyList<string> arguments, Action<string> ended) =>
        ChildProcess.Start(folder, "Sagas.Benchmarks", arguments, NoVariables, ended);
}
