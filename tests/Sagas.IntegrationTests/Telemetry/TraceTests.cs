using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Telemetry;

/// <summary>
/// A trace goes from the client through the worker to participants of other languages, and outlives the worker.
/// </summary>
public sealed class TraceTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Client = $"00-{Trace}-b7ad6b7169203331-01";

    private readonly SagasStack _stack = fixture.Stack;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("worker-replaced-while-traced")]
    [Fact]
    public async Task Trace_OfTheStart_ReachesEveryParticipantEvenFromAnotherWorker()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_stack.Broker.GetConnectionString()) }
            .CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);

        await SendAsync(channel, "StartSaga", new JsonObject
        {
            ["sagaName"] = "order-polyglot",
            ["input"] = SagaMix.Input(0),
            ["idempotencyKey"] = "trace-1",
        });
        var charge = await TakeAsync(channel, "payment-python");
        await _stack.Worker.KillAsync(Ct);
        await _stack.Worker.StartAgainAsync(Ct);
        await SendAsync(channel, "StepSucceeded", new JsonObject
        {
            ["sagaId"] = charge.Body["sagaId"]!.GetValue<string>(),
            ["step"] = charge.Body["step"]!.GetValue<string>(),
            ["direction"] = "Execute",
            ["attempt"] = charge.Body["attempt"]!.GetValue<int>(),
        });
        var ship = await TakeAsync(channel, "shipping-javascript");

        (charge.TraceParent, charge.TraceState).ShouldBe((Client, "vendor=value"));
        (ship.TraceParent, ship.TraceState).ShouldBe((Client, "vendor=value"));
        (await _stack.ScalarAsync($"select count(*) from sagas.saga_state where trace_parent = '{Client}'", Ct)).ShouldBe(1);
    }

    private static async Task SendAsync(IChannel channel, string type, JsonObject body)
    {
        var properties = new BasicProperties
        {
            ContentType = "application/json",
            Type = type,
            Headers = new Dictionary<string, object?> { ["traceparent"] = Client, ["tracestate"] = "vendor=value" },
        };
        await channel.BasicPublishAsync(
            "", "sagas", mandatory: true, properties, Encoding.UTF8.GetBytes(body.ToJsonString()), Ct);
    }

    private static async Task<(JsonObject Body, string? TraceParent, string? TraceState)> TakeAsync(
        IChannel channel, string queue)
    {
        BasicGetResult? message = null;
        await Poll.UntilAsync(
            $"a command in {queue}",
            async ct => (message = await channel.BasicGetAsync(queue, autoAck: true, ct)) is not null,
            TimeSpan.FromMinutes(2),
            ct: Ct);
        return (JsonNode.Parse(message!.Body.Span)!.AsObject(), Header("traceparent"), Header("tracestate"));

        string? Header(string name) =>
            message.BasicProperties.Headers?.TryGetValue(name, out var value) == true && value is byte[] bytes
                ? Encoding.UTF8.GetString(bytes)
                : null;
    }
}
