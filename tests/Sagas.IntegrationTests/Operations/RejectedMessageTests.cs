using Microsoft.Data.Sqlite;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.Persistence;
using Sagas.Tests.Orchestration;

namespace Sagas.IntegrationTests.Operations;

/// <summary>A broker that answers, and takes some messages not, or no longer waits for an acknowledgement.</summary>
public sealed class RejectedMessageTests(Broker broker)
{
    private const int Sagas = 20;

    private const string Definition =
        """
        { "name": "order", "version": 1, "steps": [
          { "name": "pay", "queue": "participants" }, { "name": "ship", "queue": "full", "timeout": "10m" } ] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-queue-rejects")]
    [Fact]
    public async Task Send_QueueIsFullAndRejects_HoldsUpNoOtherAndGoesOutOnceThereIsRoom()
    {
        await using var host = await VirtualHost.CreateAsync(await broker.Server);
        await using var worker = await StartAsync(host);
        await using var channel = await host.OpenAsync();
        await StartSagasAsync(worker, 2);
        await Poll.UntilAsync("two commands", async _ => await channel.MessageCountAsync("full", Ct) == 2, ct: Ct);
        await host.ExecuteAsync(
            "set_policy", "-p", host.Name, "full", "^full$", """{"overflow":"reject-publish","max-length":1}""", "--apply-to", "queues");
        await Poll.UntilAsync("the policy", async _ => await IsRejectedAsync(channel), ct: Ct);

        var others = await StartSagasAsync(worker, Sagas);
        await Poll.UntilAsync(
            "every rejection to be known",
            async _ => (long)(await worker.ScalarAsync("select count(*) from outbox_message where last_error like '%rejected%'"))! == Sagas,
            ct: Ct);
        foreach (var saga in others)
        {
            (await worker.ScalarAsync($"select current_step from saga_state where id = '{saga}'")).ShouldBe("ship");
        }

        var before = await channel.MessageCountAsync("full", Ct);
        worker.Log.Count(x => x.Contains("S-FAULT", StringComparison.Ordinal)).ShouldBeLessThan(10 * Sagas);
        await host.ExecuteAsync("clear_policy", "-p", host.Name, "full");

        await Poll.UntilAsync(
            "every command", async _ => await channel.MessageCountAsync("full", Ct) == before + Sagas, TimeSpan.FromMinutes(1), ct: Ct);
    }

    [Proves("broker-consumer-timeout")]
    [Fact]
    public async Task Consume_DeliveriesWaitForLongerThanConsumerTimeout_EverySagaStarts()
    {
        var server = await broker.Server;
        await using var host = await VirtualHost.CreateAsync(server);

        // How often each channel looks: 60 s as it comes.
        await host.ExecuteAsync("eval", "application:set_env(rabbit, channel_tick_interval, 500).");
        await host.ExecuteAsync(
            "set_policy", "-p", host.Name, "impatient", "^sagas$", """{"consumer-timeout":1000}""", "--apply-to", "queues");
        await using var worker = await StartAsync(host);
        await ExecuteAsync(worker, "ALTER TABLE saga_history RENAME TO elsewhere");
        await StartSagasAsync(worker, Sagas);
        await Poll.UntilAsync(
            "the broker to lose its patience",
            async _ => (await server.GetLogsAsync(ct: Ct)).Stdout.Split('\n').Count(
                x => x.Contains("has timed out waiting", StringComparison.Ordinal) && x.Contains(host.Name, StringComparison.Ordinal)) > 3,
            ct: Ct);

        await ExecuteAsync(worker, "ALTER TABLE elsewhere RENAME TO saga_history");

        await Poll.UntilAsync(
            "every saga",
            async _ => (long)(await worker.ScalarAsync("select count(*) from saga_state where current_step = 'ship'"))! == Sagas,
            TimeSpan.FromMinutes(1),
            ct: Ct);
        (await host.ListAsync("queues")).ShouldNotContain(x => x.StartsWith("sagas_error", StringComparison.Ordinal));
        worker.Log.Count.ShouldBeLessThan(100);
    }

    private static Task<EmbeddedWorker> StartAsync(VirtualHost host) => EmbeddedWorker.StartAsync(
        Definition, Ct, settings: new Dictionary<string, string?> { ["ConnectionStrings:RabbitMq"] = host.Address() });

    private static async Task<IReadOnlyList<Guid>> StartSagasAsync(EmbeddedWorker worker, int count)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray();
        foreach (var id in ids)
        {
            await worker.SendAsync(new StartSaga { SagaName = "order", SagaId = id }, Ct);
        }

        return ids;
    }

    private static async Task<bool> IsRejectedAsync(IChannel channel)
    {
        try
        {
            await channel.BasicPublishAsync("", "full", mandatory: false, new byte[] { 1 }, Ct);
            return false;
        }
        catch (PublishException)
        {
            return true;
        }
    }

    private static async Task ExecuteAsync(EmbeddedWorker worker, string statement)
    {
        await using var connection = new SqliteConnection(worker.Database);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
