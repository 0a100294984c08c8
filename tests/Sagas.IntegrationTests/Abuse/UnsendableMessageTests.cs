using System.Collections.Immutable;
using Npgsql;
using RabbitMQ.Client;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>What is in the outbox and can never be sent: it is parked, with the reason, and holds up nothing.</summary>
public sealed class UnsendableMessageTests(UnsendableMessageTests.Fixture fixture, ITestOutputHelper output)
    : IClassFixture<UnsendableMessageTests.Fixture>
{
    private const string Receiver = "receiver";
    private const int Attempts = 3;

    private readonly SagasStack _stack = fixture.Stack;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("no such address", "UriFormatException")]
    [InlineData("smtp://elsewhere/queue", "scheme")]
    [InlineData("exchange:amq.topic", "inequivalent arg 'type' for exchange")]
    [InlineData("queue:sagas", "inequivalent arg")]
    [InlineData("exchange:nobody-is-bound-here", "returned by RabbitMQ")]
    public async Task Dispatch_MessageThatTheBrokerNeverTakes_IsParkedWithTheReason(string address, string reason)
    {
        await ExecuteAsync("delete from sagas.outbox_message");

        var unsendable = await InsertAsync(address);
        await UntilParkedAsync(1);

        var error = await LastErrorAsync(unsendable);
        output.WriteLine($"{address}: {error}");
        error.ShouldContain(reason);
    }

    [Proves("broker-message-over-limit")]
    [Fact]
    public async Task Dispatch_BodyOverTheLimit_IsParkedAtOnceAndTheBrokerNeverSeesIt()
    {
        await ExecuteAsync("delete from sagas.outbox_message");

        var large = await InsertAsync($"exchange:{Receiver}", bodyBytes: (16 * 1024 * 1024) + 1);
        await UntilParkedAsync(1);

        (await LastErrorAsync(large, attempts: 1)).ShouldContain(
            "The body has 16,777,217 bytes, and Sagas:Outbox:MaxMessageBytes is 16,777,216");
        (await SagasStack.CountAsync(_stack.Broker, "message size", Ct)).ShouldBe(0);
    }

    [Proves("broker-refuses-one-message")]
    [Fact]
    public async Task Dispatch_UnsendableMessagesAmongOthers_HoldUpNothingAndAreSentOnceAnOperatorHasMendedThem()
    {
        await ExecuteAsync("delete from sagas.outbox_message");
        await using var client = await PlainClient.ConnectAsync(_stack.Broker.GetConnectionString(), Ct);
        string[] addresses = ["no such address", "exchange:amq.topic", "queue:sagas", "exchange:nobody-is-bound-here"];
        foreach (var address in addresses.Concat(addresses))
        {
            await InsertAsync(address);
            await InsertAsync($"exchange:{Receiver}");
        }

        var good = new GoodSagas(_stack, client);
        await good.RunAsync(() => good.Count == 10, Ct);
        output.WriteLine($"good sagas: {GoodSagas.Show(await good.EndAsync(Ct))}");
        await UntilReceivedAsync(8);
        await UntilParkedAsync(8);

        await ExecuteAsync(
            $"update sagas.outbox_message set destination_address = 'exchange:{Receiver}', parked_at = null, attempts = 0 "
            + "where parked_at is not null");

        await UntilReceivedAsync(16);
        await Poll.UntilAsync(
            "the outbox to be empty",
            async ct => await _stack.ScalarAsync("select count(*) from sagas.outbox_message", ct) == 0,
            ct: Ct);
    }

    /// <summary>
    /// A row as a crash leaves it behind. It asks the broker to say so when no queue takes the message.
    /// </summary>
    private async Task<long> InsertAsync(string address, int bodyBytes = 2)
    {
        await using var command = _stack.Sagas.CreateCommand(
            """
            insert into sagas.outbox_message (message_id, destination_address, content_type, message_type, body, properties,
                sent_time, enqueued_at, attempts, next_try_at)
            values (gen_random_uuid(), $1, 'application/json', 'urn:message:Test', $2, '{"Mandatory":true}', now(), now(), 0, now())
            returning sequence_number
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = address });
        command.Parameters.Add(new NpgsqlParameter { Value = "{}".PadRight(bodyBytes) });
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private async Task<string> LastErrorAsync(long number, int attempts = Attempts)
    {
        await using var command = _stack.Sagas.CreateCommand(
            $"select last_error from sagas.outbox_message where sequence_number = {number} and attempts = {attempts}");
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _stack.Sagas.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private Task UntilParkedAsync(int count) => Poll.UntilAsync(
        $"{count} parked messages",
        async ct => await _stack.ScalarAsync(
            "select count(*) from sagas.outbox_message where parked_at is not null", ct) == count,
        ct: Ct);

    private async Task UntilReceivedAsync(uint count)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_stack.Broker.GetConnectionString()) }
            .CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await Poll.UntilAsync(
            $"{count} messages to arrive", async ct => await channel.MessageCountAsync(Receiver, ct) >= count, ct: Ct);
    }

    /// <summary>A stack whose outbox is impatient, and a queue to send to.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal SagasStack Stack { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var settings = ImmutableDictionary<string, string>.Empty
                .Add("Sagas__Outbox__MaxAttempts", $"{Attempts}")
                .Add("Sagas__Outbox__RetryDelay", "00:00:00.100")
                .Add("Sagas__Outbox__QueryDelay", "00:00:00.100")
                .Add("Sagas__Outbox__MessageDeliveryTimeout", "00:00:01");
            Stack = await SagasStack.StartAsync(new StackSettings { Worker = settings }, CancellationToken.None);
            await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.Broker.GetConnectionString()) }
                .CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeclareAsync(Receiver, ExchangeType.Fanout, durable: true);
            await channel.QueueDeclareAsync(Receiver, durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(Receiver, Receiver, "");
        }

        public ValueTask DisposeAsync() => Stack is null ? ValueTask.CompletedTask : Stack.DisposeAsync();
    }
}
