using System.Text.Json.Nodes;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests;
using Sagas.Tests.Participants.Http;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>
/// An ordinary deployment with Docker Compose: two workers are replaced one after the other by newer ones, which alone know a second definition,
/// the host of its HTTP steps and the secret; then one goes back. Sagas are started all the time.
/// </summary>
public sealed class RollingUpdateTests : IDisposable
{
    private const int SagasOfAPhase = 50;
    private const string Secret = "Bearer s3cr3t";

    private const string Order = """
        { "name": "order", "version": 1, "steps": [
          { "name": "reserve-stock", "queue": "stock", "compensation": {} },
          { "name": "charge-card", "queue": "payment", "compensation": {} } ] }
        """;

    private const string Checkout = """
        { "name": "checkout", "version": 1, "steps": [
          { "name": "reserve-stock", "queue": "stock", "compensation": {} },
          { "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } },
            "compensation": { "http": { "method": "DELETE", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } } } },
          { "name": "book-shipment", "queue": "shipping" } ] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sagas-rolling-");
    private readonly Dictionary<string, int> _started = new() { ["order"] = 0, ["checkout"] = 0 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Proves("worker-rolling-update")]
    [Fact]
    public async Task Replace_EachWorkerInTurnAndGoBack_NoStartIsRefusedAndEverySagaCompletes()
    {
        await using var project = new ComposeProject();
        var services = new Dictionary<string, object>
        {
            ["postgres"] = new { labels = ComposeProject.Labels },
            ["rabbitmq"] = new { labels = ComposeProject.Labels },
            ["participants"] = new { labels = ComposeProject.Labels },
            ["worker"] = new { labels = ComposeProject.Labels, volumes = new[] { $"{Write("older", Order)}:/app/sagas:ro" } },
        };
        await project.OverrideAsync(services);
        await project.UpAsync("worker", 2, Ct);
        await project.UpAsync("participants", 1, Ct);
        await using var service = await HttpService.StartAsync(Ct, $"{await project.FindGatewayAsync(Ct)}:0");
        await using var client = await PlainClient.ConnectAsync(await project.FindBrokerAsync(Ct), Ct);
        var checkout = Checkout.Replace("$URL", service.Url.ToString().TrimEnd('/'), StringComparison.Ordinal);
        services["newer"] = new
        {
            extends = new { file = Path.Combine(Repository.Root, "docker-compose.yml"), service = "worker" },
            labels = ComposeProject.Labels,
            volumes = new[] { $"{Write("newer", Order, checkout)}:/app/sagas:ro" },
            environment = new Dictionary<string, string>
            {
                ["Sagas__Http__AllowedHosts"] = service.Host,
                ["Sagas__Http__Secrets__Token"] = Secret,
            },
        };
        await project.OverrideAsync(services);
        await StartSagasAsync(client, "order");

        // One after the other is replaced.
        for (var number = 1; number <= 2; number++)
        {
            await project.UpAsync("newer", number, Ct);
            await StartSagasAsync(client, "checkout");
            (await project.StopAsync("worker", number, Ct)).ShouldBe(0);
            await StartSagasAsync(client, "order");
            await StartSagasAsync(client, "checkout");
        }

        // One goes back.
        await project.UpAsync("worker", 1, Ct);
        await StartSagasAsync(client, "checkout");
        (await project.StopAsync("newer", 1, Ct)).ShouldBe(0);
        await StartSagasAsync(client, "order");
        await StartSagasAsync(client, "checkout");

        var started = _started.Values.Sum();
        await Poll.UntilAsync(
            "all answers", _ => Task.FromResult(client.Received.Count == started), Patience, ct: Ct);
        client.Received.ShouldAllBe(x => x.Type == "SagaAccepted");
        await Poll.UntilAsync(
            $"{started} sagas to end",
            async ct => await project.ScalarAsync("select count(*) from sagas.saga_state where ended_at is not null", ct) == started,
            Patience,
            ct: Ct);
        (await project.ScalarAsync("select count(*) from sagas.saga_state where state = 'Completed'", Ct)).ShouldBe(started);
        (await project.ScalarAsync(
            "select count(*) from sagas.saga_history where event in ('StepFailed', 'StepOutcomeUnknown', 'StepTimedOut')", Ct))
            .ShouldBe(0);
        service.Requests.Count.ShouldBe(_started["checkout"]);
        service.Requests.Select(x => x.Key).Distinct().Count().ShouldBe(_started["checkout"]);
        service.Requests.ShouldAllBe(x => x.Headers["Authorization"] == Secret);
    }

    private async Task StartSagasAsync(PlainClient client, string name)
    {
        var first = _started[name];
        _started[name] += SagasOfAPhase;
        await Task.WhenAll(Enumerable.Range(first, SagasOfAPhase).Select(number => client.StartSagaAsync(
            name, new JsonObject { ["orderId"] = $"{name}-{number}", ["amount"] = 42 }, $"{name}-{number}", Ct)));
    }

    private string Write(string name, params string[] definitions)
    {
        var folder = _folder.CreateSubdirectory(name);
        foreach (var (definition, index) in definitions.Select((x, index) => (x, index)))
        {
            File.WriteAllText(Path.Combine(folder.FullName, $"{index}.json"), definition);
        }

        return folder.FullName;
    }
}
