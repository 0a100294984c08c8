using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Worker;
using Sagas.Worker.Resilience;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Telemetry;

/// <summary>Dashboards and alerts of other people depend on the instruments' names.</summary>
public sealed partial class InstrumentTests
{
    [Fact]
    public void Instruments_OfTheWorker_AreTheApprovedOnes() =>
        Approval.Matches(string.Join('\n', Instruments().Select(Describe)), "instruments");

    [Fact]
    public void Documentation_ListsThemAllAndNoOthers()
    {
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "metrics.md"));

        Listed().Matches(page).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)
            .ShouldBe(Instruments().Select(instrument => instrument.Name));
    }

    /// <summary>An alert on a metric that does not exist never fires.</summary>
    [Fact]
    public void Alerts_AskForWhatThereIs()
    {
        var rules = File.ReadAllText(Path.Combine(Repository(), "deploy", "prometheus", "sagas.rules.yml"));
        var there = Instruments().Select(NameInPrometheus).ToList();

        var asked = Metric().Matches(rules).Select(match => match.Value).Distinct().ToList();

        asked.Count.ShouldBeGreaterThan(10);
        asked.Except(there).ShouldBeEmpty();
    }

    /// <summary>As OpenTelemetry's specification maps names and units.</summary>
    private static string NameInPrometheus(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return instrument.Name.Replace('.', '_') + unit + (instrument is Counter<long> ? "_total" : "");
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
            return [.. instruments.OrderBy(instrument => instrument.Name, StringComparer.Ordinal)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sagas.sln")))
        {
            folder = folder.Parent.ShouldNotBeNull();
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"\bsagas_[a-z_]+\b")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^\| `(sagas\.[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
