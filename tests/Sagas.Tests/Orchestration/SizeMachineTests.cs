using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>The limit of what is composed is that of the outbox: what the engine sends is never parked for its size.</summary>
public sealed class SizeMachineTests
{
    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "name": "hotel", "queue": "participants", "compensation": true },
            { "name": "flight", "queue": "participants", "compensation": true },
            { "name": "car", "queue": "participants", "compensation": true }
          ]
        }
        """;

    private static readonly Dictionary<string, string?> Settings = new() { ["Sagas:Outbox:MaxMessageBytes"] = "65536" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reply_ResultsAreTooLargeForTheNextCommand_UndoesEverythingAndParksNothing()
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            Definition,
            Ct,
            command => command is ExecuteStep
                ? ((StepSucceeded)EmbeddedWorker.Succeed(command)) with
                {
                    Result = JsonElement.Parse($"\"{new string('x', 30_000)}\""),
                }
                : EmbeddedWorker.Succeed(command),
            Settings);

        var accepted = (await worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = "trip", SagaId = Guid.NewGuid() }, Ct)).ShouldBeOfType<SagaAccepted>();

        await Sagas.Tests.Eventually.HoldsAsync(
            "the saga to be compensated",
            () => worker.ReadAsync(context => context.Sagas.AnyAsync(
                x => x.CorrelationId == accepted.SagaId && x.State == "Compensated", Ct)),
            Ct);
        worker.Commands.Select(command => (command.GetType().Name, command.Step)).ShouldBe(
        [
            (nameof(ExecuteStep), "hotel"), (nameof(ExecuteStep), "flight"),
            (nameof(CompensateStep), "flight"), (nameof(CompensateStep), "hotel"),
        ]);
        var saga = await worker.ReadAsync(context => context.Sagas.SingleAsync(Ct));
        saga.Failure.ShouldNotBeNull().ShouldContain("COMMAND_TOO_LARGE");
        worker.Log.ShouldNotContain(line => line.Contains("is parked"));
    }

    /// <summary>As where another worker's limit was higher: the command may have been sent once, and is undone.</summary>
    [Proves("broker-limit-below-commands")]
    [Fact]
    public async Task Dispatch_CommandIsTooLargeToBeSent_EndsTheAttemptAtOnceAndParksNothing()
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            Definition, Ct, command => command is ExecuteStep ? null : EmbeddedWorker.Succeed(command), Settings);
        var id = await worker.StartSagaAsync("trip", Ct);
        await Sagas.Tests.Eventually.HoldsAsync(
            "the step to be in flight", () => Task.FromResult(worker.Commands.Count == 1), Ct);

        await worker.RowsAsync($$"""
            insert into outbox_message (message_id, destination_address, content_type, message_type, body, sent_time,
                enqueued_at, attempts, next_try_at)
            values ('{{Guid.NewGuid()}}', 'exchange:participants', 'application/json', 'urn:message:Sagas.Contracts:ExecuteStep',
                '{"sagaId":"{{id}}","step":"hotel","attempt":1,"input":"{{new string('x', 65_536)}}"}',
                '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0, '2026-01-01 00:00:00')
            """);

        await worker.UntilStateAsync(id, "Compensated", Ct);
        var saga = await worker.ReadAsync(context => context.Sagas.SingleAsync(Ct));
        saga.Failure.ShouldNotBeNull().ShouldContain("COMMAND_TOO_LARGE");
        saga.Failure.ShouldContain("was not sent. The body has 65,");
        worker.Commands.Select(command => (command.GetType().Name, command.Step)).ShouldBe(
            [(nameof(ExecuteStep), "hotel"), (nameof(CompensateStep), "hotel")]);
        worker.Log.ShouldNotContain(line => line.Contains("is parked"));
        (await worker.ScalarAsync("select count(*) from outbox_message where parked_at is not null")).ShouldBe(0L);
    }

    [Fact]
    public async Task Start_InputIsTooLargeForACommand_IsRefused()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct, settings: Settings);
        var fits = new string('x', 65_536 - 16_384 - """{"text":""}""".Length - "{}".Length);

        (await AskAsync(fits + "x")).ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.InputTooLarge);
        (await AskAsync(fits)).ShouldBeOfType<SagaAccepted>();

        Task<object> AskAsync(string text) => worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga
            {
                SagaName = "trip",
                SagaId = Guid.NewGuid(),
                Input = JsonElement.Parse($$"""{"text":"{{text}}"}"""),
            },
            Ct);
    }
}
