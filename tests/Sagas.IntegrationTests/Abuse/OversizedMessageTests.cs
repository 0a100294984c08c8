using System.Globalization;
using System.Text.Json.Nodes;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>
/// Messages that are larger than what the broker takes, which closes the channel that they come on: their steps fail at
/// once with the reason, and nobody else waits for them.
/// </summary>
public sealed class OversizedMessageTests(ITestOutputHelper output)
{
    private const int BrokersLimit = 64 * 1024;
    private const string Parked = "sagas.outbox_message where parked_at is not null";
    private const string Failed = "sagas.saga_state where state = 'Compensated' and failure::text like '%COMMAND_TOO_LARGE%'";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-limit-below-commands")]
    [Proves("broker-message-over-limit")]
    [Fact]
    public async Task Send_CommandsOverTheBrokersLimit_FailTheirStepsWithTheReasonAndCloseOneChannelOnce()
    {
        await using var stack = await SagasStack.StartAsync(Ct);
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        var calm = new GoodSagas(stack, client);
        await calm.RunAsync(() => calm.Count == 20, Ct);
        output.WriteLine($"before: {GoodSagas.Show(await calm.EndAsync(Ct))}");
        await LimitAsync(stack, BrokersLimit);

        // They fit into the start request, and with all that goes with a command they do not. Of two of one size the
        // second can be a few bytes smaller than what the broker is known to refuse: times are written without their
        // last zeros.
        foreach (var (order, room) in ((string, int)[])[("large-1", 400), ("large-2", 300)])
        {
            var input = new JsonObject { ["orderId"] = order, ["text"] = new string('x', BrokersLimit - room) };
            await client.StartSagaAsync("order", input, order, Ct);
            var good = new GoodSagas(stack, client);
            await good.RunAsync(() => good.Count == 20, Ct);
            output.WriteLine($"with {order}: {GoodSagas.Show(await good.EndAsync(Ct))}");
        }

        await Poll.UntilAsync(
            "both sagas to be compensated for it",
            async ct => await stack.ScalarAsync($"select count(*) from {Failed}", ct) == 2,
            ct: Ct);
        (await stack.ScalarAsync($"select count(*) from {Failed} and failure::text like '%max_message_size%'", Ct)).ShouldBe(2);
        (await stack.ScalarAsync($"select count(*) from {Parked}", Ct)).ShouldBe(0);
        (await SagasStack.CountAsync(stack.Broker, "larger than configured max size", Ct)).ShouldBe(1);
    }

    private static async Task LimitAsync(SagasStack stack, int bytes)
    {
        var limit = bytes.ToString(CultureInfo.InvariantCulture);
        var result = await stack.Broker.ExecAsync(
            ["rabbitmqctl", "eval", $"persistent_term:put(max_message_size, {limit})."], Ct);
        result.ExitCode.ShouldBe(0L, result.Stderr);
    }
}
