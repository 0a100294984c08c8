using Sagas.Contracts;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Telemetry.Exporting;

public sealed class MetricsEndpointTests
{
    private const string Definition = """
        { "name": "order", "version": 1, "steps": [{ "name": "reserve", "queue": "participants" }] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_AfterASaga_TellOfItAndOfTheStore()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);
        var saga = Guid.NewGuid();
        await api.Worker.SendAsync(new StartSaga { SagaName = "order", SagaId = saga }, Ct);
        await api.Worker.UntilStateAsync(saga, "Completed", Ct);

        // Counted once it is committed, which the test may see first.
        await Eventually.HoldsAsync(
            "the saga's end to be counted",
            async () => (await api.Client.GetStringAsync("/metrics", Ct)).Contains("sagas_ended_total", StringComparison.Ordinal),
            Ct);
        using var response = await api.Client.GetAsync("/metrics", Ct);

        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType?.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var lines = (await response.Content.ReadAsStringAsync(Ct)).Split('\n');
        lines.ShouldContain("sagas_started_total{saga_name=\"order\"} 1");
        lines.ShouldContain("sagas_step_attempts_total{saga_direction=\"execute\",saga_name=\"order\",saga_step=\"reserve\"} 1");
        lines.ShouldContain("sagas_duration_seconds_count{saga_name=\"order\",saga_state=\"Completed\"} 1");
        lines.ShouldContain("sagas_open{saga_state=\"Suspended\"} 0");
        lines.ShouldContain(x => x.StartsWith("target_info{", StringComparison.Ordinal));
        lines.Where(x => x.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBeUnique();
    }
}
