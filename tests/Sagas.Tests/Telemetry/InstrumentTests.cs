using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Dashboard.Access;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Worker;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Telemetry;

/// <summary>Dashboards and alerts of other people depend on the instruments' names.</summary>
public sealed partial class InstrumentTests
{
    private static readonly string[] OfTheFramework =
        ["http_server_request_duration_seconds", "http_client_request_duration_seconds"];

    [Fact]
    public void Instruments_OfTheWorker_AreTheApprovedOnes() =>
        Approval.Matches(string.Join('\n', Instruments().Select(Describe)), "instruments");

    [Fact]
    public void Documentation_ListsThemAllAndNoOthers()
    {
        var page = Repository.Read("docs", "metrics.md");

        Listed().Matches(page).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)
            .ShouldBe(Instruments().Select(instrument => instrument.Name));
    }

    /// <summary>An alert on a metric that does not exist never fires.</summary>
    [Fact]
    public void Alerts_AskForWhatThereIs()
    {
        var rules = Repository.Read("deploy", "prometheus", "sagas.rules.yml");
        var there = Instruments().Select(NameInPrometheus).ToList();

        var asked = Metric().Matches(rules).Select(match => match.Value).Distinct().ToList();

        asked.Count.ShouldBeGreaterThan(10);
        asked.Except(there).ShouldBeEmpty();
    }

    /// <summary>A panel of a metric that does not exist stays empty.</summary>
    [Fact]
    public void Dashboard_ShowsWhatThereIs()
    {
        var dashboard = JsonDocument.Parse(Repository.Read("deploy", "grafana", "sagas.json")).RootElement;
        var there = Instruments().Select(NameInPrometheus).Concat(OfTheFramework).ToList();

        var shown = Expressions(dashboard)
            .SelectMany(x => Metric().Matches(x).Select(match => HistogramPart().Replace(match.Value, "")))
            .Distinct().ToList();

        shown.Count.ShouldBeGreaterThan(20);
        shown.Except(there).ShouldBeEmpty();
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(x => x.NameEquals("expr") || x.NameEquals("query")
            ? x.Value.ValueKind == JsonValueKind.String ? [x.Value.GetString()!] : Expressions(x.Value)
            : Expressions(x.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    private static string NameInPrometheus(Instrument instrument)
    {
        var isCounter = instrument is Counter<long>;
        var isHistogram = instrument is Histogram<double>;
        return PrometheusName.OfInstrument(instrument.Name, instrument.Unit, isCounter, !isCounter && !isHistogram);
    }

    private static string Describe(Instrument instrument) =>
        $"{instrument.Name} | {instrument.GetType().Name.Split('`')[0]} | {instrument.Unit ?? "-"} | {instrument.Description}";

    private static List<Instrument> Instruments()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-");
        try
        {
            var instruments = new List<Instrument>();
            using var listener = new MeterListener();
            using var host = SagasHost.Create(new Dictionary<string, string?>
            {
                ["ConnectionStrings:Sagas"] = $"Data Source={Path.Combine(folder.FullName, "sagas.db")}",
                ["Sagas:Definitions:Path"] = folder.FullName,
            });
            var factory = host.Services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == SagaMetrics.MeterName && instrument.Meter.Scope == factory)
                {
                    instruments.Add(instrument);
                }
            };
            listener.Start();
            host.Services.GetServices<IHostedService>().ShouldNotBeEmpty();
            host.Services.GetRequiredService<SagaMetrics>();
            host.Services.GetRequiredService<StepMetrics>();
            host.Services.GetRequiredService<IDestinationGuard>();
            host.Services.GetRequiredService<AccessMetrics>();
            return [.. instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"\b(sagas|http_server|http_client)_[a-z_]+\b")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();

    [GeneratedRegex(@"^\| `(sagas\.[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
