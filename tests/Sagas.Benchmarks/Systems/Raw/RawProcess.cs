using System.CommandLine;
using Sagas.Benchmarks.Participants;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>
/// The two processes of the twin by hand: the messages and the durable writes of the worker and its participants,
/// without any framework, batched as well as can be. It is what the broker and the database allow.
/// </summary>
internal static class RawProcess
{
    public const string Orchestrator = "raw-orchestrator";
    public const string Participants = "raw-participants";

    private static readonly Option<string> Broker = new("--broker") { Required = true };
    private static readonly Option<string> Database = new("--database") { Required = true };

    public static IEnumerable<Command> Create()
    {
        yield return Create(
            Orchestrator, () => new RawOrchestrator(), RawOrchestrator.Script, [RawBroker.OrchestratorQueue]);
        yield return Create(
            Participants, () => new RawParticipants(), RawParticipants.Script, ParticipantsProcess.Queues);
    }

    private static Command Create(string name, Func<IRawWork> work, string script, IEnumerable<string> queues)
    {
        var command = new Command(name) { Broker, Database };
        command.Hidden = true;
        command.SetAction(async (parse, stop) =>
        {
            await using var sql = await RawSql.OpenAsync(
                parse.GetRequiredValue(Database), [script, RawOutbox.Script], stop);
            await using var broker = await RawBroker.ConnectAsync(parse.GetRequiredValue(Broker), stop);
            await new RawLoop(broker, sql, work()).RunAsync(queues, stop);
        });
        return command;
    }
}
