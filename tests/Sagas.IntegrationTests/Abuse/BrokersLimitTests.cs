using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests.Orchestration;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>A broker whose own limit of sizes is below what is in its queues, or below what workers send.</summary>
public sealed class BrokersLimitTests : IAsyncLifetime
{
    private const int Limit = 128 * 1024;
    private const int Starts = 50;

    private const string Definition =
        """
        { "name": "order", "version": 1, "steps": [
          { "name": "pay", "queue": "participants", "compensation": true },
          { "name": "pack", "queue": "participants", "compensation": true },
          { "name": "ship", "queue": "participants" } ] }
        """;

    private readonly RabbitMqContainer _broker = Servers.RabbitMq().Build();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _broker.StartAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Proves("broker-limit-below-commands")]
    [Fact]
    public async Task Send_CommandOverTheBrokersLimit_FailsItsStepAtOnce()
    {
        await using var worker = await StartAsync(command => command is ExecuteStep { Step: not "ship" }
            ? ((StepSucceeded)EmbeddedWorker.Succeed(command)) with
            {
                Result = JsonElement.Parse($"\"{new string('x', Limit / 2)}\""),
            }
            : EmbeddedWorker.Succeed(command));
        await LimitAsync(Limit);

        var id = await worker.StartSagaAsync("order", Ct);

        await Poll.UntilAsync(
            "the saga to be compensated",
            async _ => await worker.ReadAsync(x => x.Sagas.AnyAsync(
                saga => saga.CorrelationId == id && saga.State == "Compensated", Ct)),
            TimeSpan.FromSeconds(20),
            ct: Ct);
        var saga = await worker.ReadAsync(x => x.Sagas.SingleAsync(Ct));
        saga.Failure.ShouldNotBeNull().ShouldContain("COMMAND_TOO_LARGE");
        saga.Failure.ShouldContain("max_message_size");
        worker.Commands.ShouldNotContain(x => x.Step == "ship");
        (await worker.ScalarAsync("select count(*) from outbox_message where parked_at is not null")).ShouldBe(0L);
        var ship = await worker.ScalarAsync(
            "select count(*) from saga_history where step = 'ship' and event = 'StepOutcomeUnknown'");
        ship.ShouldBe(0L, "it is known not to have been sent");
    }

    [Proves("broker-limit-lowered")]
    [Fact]
    public async Task Deliver_BadMessageOverALoweredLimit_TakesNoOtherAlong()
    {
        await using var worker = await StartAsync(EmbeddedWorker.Succeed);
        await worker.StopAsync(Ct);
        await using var connection =
            await new ConnectionFactory { Uri = new Uri(_broker.GetConnectionString()) }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Ct);
        await SendAsync(channel, null, new string('x', Limit * 2));
        await LimitAsync(Limit);
        for (var number = 0; number < Starts; number++)
        {
            var start = new JsonObject
            {
                ["sagaName"] = "order",
                ["input"] = new JsonObject(),
                ["idempotencyKey"] = number.ToString(CultureInfo.InvariantCulture),
            };
            await SendAsync(channel, "StartSaga", start.ToJsonString());
        }

        await worker.StartAgainAsync(Ct);

        await Poll.UntilAsync(
            "every good saga to complete",
            async _ => await worker.ReadAsync(x => x.Sagas.CountAsync(saga => saga.State == "Completed", Ct)) == Starts,
            ct: Ct);
        await Poll.UntilAsync(
            "the bad one to be refused",
            _ => Task.FromResult(worker.Log.Any(x => x.Contains("sagas_error", StringComparison.Ordinal))),
            ct: Ct);
        worker.Log.ShouldContain(x => x.Contains("larger than configured max size", StringComparison.Ordinal));
        var logs = await _broker.GetLogsAsync(ct: Ct);
        (logs.Stdout + logs.Stderr).Split('\n')
            .Count(x => x.Contains("larger than configured max size", StringComparison.Ordinal)).ShouldBe(1);
    }

    private Task<EmbeddedWorker> StartAsync(Func<IStepCommand, object?> answer) => EmbeddedWorker.StartAsync(
        Definition,
        Ct,
        answer,
        new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = _broker.GetConnectionString(),
            ["Sagas:Transport:StopTimeout"] = "6s",
        });

    private static Task SendAsync(IChannel channel, string? type, string body) => channel.BasicPublishAsync(
        "sagas",
        "",
        mandatory: true,
        new BasicProperties { ContentType = "application/json", Type = type, Persistent = true },
        Encoding.UTF8.GetBytes(body),
        Ct).AsTask();

    private async Task LimitAsync(int bytes)
    {
        var limit = bytes.ToString(CultureInfo.InvariantCulture);
        var result = await _broker.ExecAsync(
            ["rabbitmqctl", "eval", $"persistent_term:put(max_message_size, {limit})."], Ct);
        result.ExitCode.ShouldBe(0L, result.Stderr);
    }
}
