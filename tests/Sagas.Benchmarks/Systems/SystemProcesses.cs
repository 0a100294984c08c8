using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems.Raw;

namespace Sagas.Benchmarks.Systems;

/// <summary>The two processes that each system has besides the servers.</summary>
internal static class SystemProcesses
{
    private const string Twins = "Sagas.Benchmarks.dll";

    public static ChildProcess StartWorker(SystemKind kind, BenchmarkServers servers) => kind switch
    {
        SystemKind.Raw => ChildProcess.Start(
            Twins, [RawProcess.Orchestrator, "--broker", servers.Broker, "--database", servers.Database("sagas")]),
        SystemKind.NoDatabase => ChildProcess.Start(Twins, [NoDatabaseProcess.Name, "--broker", servers.Broker]),
        _ => ChildProcess.Start(
            "Sagas.Worker.dll",
            ["run"],
            new Dictionary<string, string>
            {
                ["ConnectionStrings__Sagas"] = servers.Database("sagas"),
                ["ConnectionStrings__RabbitMq"] = servers.Broker,
                ["Sagas__Definitions__Path"] = Path.Combine(AppContext.BaseDirectory, "definitions"),
                ["Sagas__Api__Enabled"] = "false",
                ["Logging__LogLevel__Default"] = "Warning",
            }),
    };

    public static ChildProcess StartParticipants(SystemKind kind, BenchmarkServers servers) => kind switch
    {
        SystemKind.Raw => ChildProcess.Start(
            Twins, [RawProcess.Participants, "--broker", servers.Broker, "--database", servers.Database("participants")]),
        SystemKind.NoDatabase => ChildProcess.Start(Twins, [ParticipantsProcess.Name, "--broker", servers.Broker]),
        _ => ChildProcess.Start(
            Twins, [ParticipantsProcess.Name, "--broker", servers.Broker, "--database", servers.Database("participants")]),
    };
}
