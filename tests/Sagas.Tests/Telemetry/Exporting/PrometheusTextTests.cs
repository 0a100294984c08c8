using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Telemetry.Exporting;

public sealed class PrometheusTextTests
{
    /// <summary>promtool reads the approved text as well, in eng/alerts.</summary>
    [Fact]
    public void Write_EveryKindOfInstrument_GivesTheApprovedText()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var exporter = new PrometheusExporter();
        using var reader = new BaseExportingMetricReader(exporter);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(x => x.AddSingleton(factory))
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("sagas", serviceInstanceId: "one"))
            .AddMeter(SagaMetrics.MeterName)
            .LeaveOutOtherHosts()
            .AddReader(reader)
            .Build();

        Measure(factory);
        reader.Collect().ShouldBeTrue();

        var text = string.Join('\n', exporter.Text.Split("# HELP ").Order(StringComparer.Ordinal)
            .Select(x => x.Length == 0 ? "" : $"# HELP {x.TrimEnd()}")).TrimStart();
        Approval.Matches(text, "metrics");
    }

    [Theory]
    [InlineData("sagas.due.lag", "s", false, true, "sagas_due_lag_seconds")]
    [InlineData("sagas.bulkhead.payload", "By", false, true, "sagas_bulkhead_payload_bytes")]
    [InlineData("sagas.started", "{saga}", true, false, "sagas_started_total")]
    [InlineData("sagas.parked_total", "1", true, false, "sagas_parked_total")]
    [InlineData("sagas.load", "1", false, true, "sagas_load_ratio")]
    [InlineData("sagas.rate", "By/s", false, true, "sagas_rate_bytes_per_second")]
    [InlineData("sagas.wait_seconds", "s", false, true, "sagas_wait_seconds")]
    [InlineData("2.sagas..odd-name", null, false, true, "_2_sagas_odd_name")]
    public void Name_OfAnInstrument_IsThatOfTheSpecification(
        string name, string? unit, bool isCounter, bool isGauge, string expected) =>
        PrometheusName.OfInstrument(name, unit, isCounter, isGauge).ShouldBe(expected);

    private static void Measure(IMeterFactory factory)
    {
        var sagas = new SagaMetrics(factory);
        sagas.Started("order");
        sagas.Started("order");
        sagas.Ended("order", "Completed", TimeSpan.FromSeconds(0.2));
        sagas.Ended("order", "Completed", TimeSpan.FromSeconds(100_000));
        var calls = new ResilienceMetrics(factory);
        calls.CircuitRejected("payments.example:443");
        calls.CircuitPassed("payments.example:443", CallVerdict.Success);

        var meter = factory.Create(SagaMetrics.MeterName);
        meter.CreateCounter<double>("sagas.test.spent", "s", "Help with a \\ and\na second line.")
            .Add(1.5, new("odd key", "a\"b\\c\nd"), new("odd.key", true));
        meter.CreateUpDownCounter<long>("sagas.test.level", "{thing}", "Goes up and down.").Add(-3);
        meter.CreateGauge<double>("sagas.test.share", "1", "A share.").Record(double.PositiveInfinity);
        meter.CreateObservableGauge("sagas.test.none", () => double.NaN, null, "Not a number.");
    }
}
