using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Transport;

public sealed class EndpointProtectionTests
{
    private const string Definition =
        """{ "name": "trip", "version": 1, "steps": [{ "name": "book-hotel", "queue": "participants" }] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Also the bus's own, which nobody configures, and those that somebody adds.</summary>
    [Proves("message-bad-on-other-queues")]
    [Fact]
    public async Task Configure_EveryEndpoint_HasTheSameProtectionButForThoseOfExtensions()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var result = worker.Services.GetRequiredService<IBus>().GetProbeResult(Ct);
        var probe = JsonSerializer.SerializeToNode(result.Results)!;

        var endpoints = Endpoints(probe).ToList();

        endpoints.Count.ShouldBe(5, probe.ToJsonString());
        endpoints.Where(x => !x.ToJsonString().Contains("freshCopy", StringComparison.Ordinal))
            .Select(x => x["name"]?.GetValue<string>())
            .ShouldBe(["participants", "events"], ignoreOrder: true);
    }

    [Fact]
    public async Task Send_BadOnesToTheQueueOfHttpSteps_AreRefusedWithFewLinesAndNoFaultIsSentAnywhere()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var steps = await worker.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas.http"));

        for (var i = 0; i < 300; i++)
        {
            await steps.Send(
                new Nonsense("7"),
                x => (x.FaultAddress, x.ResponseAddress) = (new Uri("queue:sagas"), new Uri("queue:sagas.http")),
                Ct);
        }

        await Eventually.HoldsAsync(
            "the log to tell of them", () => Task.FromResult(Refusals(worker).Any()), Ct);
        (await worker.StartSagaAsync("trip", Ct)).ShouldNotBe(Guid.Empty);
        Refusals(worker).Count().ShouldBeLessThanOrEqualTo(52);
        worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_CommandWithoutWhatItNeeds_IsRefusedByItsField()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        var steps = await worker.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas.http"));

        await steps.Send(new HalfACommand(Guid.NewGuid(), "book-hotel"), Ct);

        await Eventually.HoldsAsync(
            "the log to tell of it",
            () => Task.FromResult(Refusals(worker).Any(x => x.Contains("ExecuteStep", StringComparison.Ordinal))),
            Ct);
        worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Refusals(EmbeddedWorker worker) =>
        worker.Log.Where(x => x.StartsWith("Refused ", StringComparison.Ordinal));

    private static IEnumerable<JsonObject> Endpoints(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(x => x.Key == "receiveEndpoint"
            ? (x.Value is JsonArray all ? all.OfType<JsonObject>() : [.. new[] { x.Value }.OfType<JsonObject>()])
            : Endpoints(x.Value)),
        JsonArray all => all.SelectMany(Endpoints),
        _ => [],
    };

    public sealed record Nonsense(string Value);

    [MessageUrn("Sagas.Contracts:ExecuteStep")]
    public sealed record HalfACommand(Guid SagaId, string Step);
}
