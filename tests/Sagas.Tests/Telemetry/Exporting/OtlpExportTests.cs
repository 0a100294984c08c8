using System.Text;
using Sagas.Contracts;
using Sagas.Tests.Demo;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Telemetry.Exporting;

/// <summary>The SDK listens to the whole process, so that nobody else runs meanwhile.</summary>
[Collection(nameof(RunsAlone))]
public sealed class OtlpExportTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_EndpointIsSet_TracesMetricsAndLogsArriveAndKeepThePayload()
    {
        await using var receiver = await OtlpReceiver.StartAsync(Ct);
        var saga = Guid.NewGuid();
        await using (var worker = await EmbeddedWorker.StartAsync(
            """{ "name": "order", "version": 1, "steps": [{ "name": "reserve", "queue": "participants" }] }""",
            Ct,
            settings: new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=let-me-in",
                ["OTEL_SERVICE_NAME"] = "shop-sagas",
                ["Logging:LogLevel:Sagas"] = "Information",
            }))
        {
            await worker.SendAsync(
                new StartSaga
                {
                    SagaName = "order",
                    SagaId = saga,
                    Input = System.Text.Json.JsonElement.Parse("""{"card":"4111-1111"}"""),
                },
                Ct,
                x => x.Headers.Set("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));
            await worker.UntilStateAsync(saga, "Completed", Ct);
        }

        // What was not sent yet is sent when the host is disposed of.
        var trace = Encoding.Latin1.GetString(Convert.FromHexString(Trace));
        Has(receiver, "/v1/traces", trace, "process sagas", "send participants", "execute reserve", "saga order", "shop-sagas")
            .ShouldBeTrue("spans");
        Has(receiver, "/v1/metrics", "sagas.started", "sagas.duration", "sagas.step.attempts", "dotnet.gc", "shop-sagas")
            .ShouldBeTrue("metrics");
        Has(receiver, "/v1/logs", trace, $"Saga order v1 {saga} started", "SagaId", "shop-sagas").ShouldBeTrue("logs");
        (Has(receiver, "/v1/traces", "4111-1111") || Has(receiver, "/v1/metrics", "4111-1111")
            || Has(receiver, "/v1/logs", "4111-1111")).ShouldBeFalse("the input was exported");
    }

    private static bool Has(OtlpReceiver receiver, string path, params string[] texts) =>
        receiver.Has(path, "let-me-in", texts);
}
