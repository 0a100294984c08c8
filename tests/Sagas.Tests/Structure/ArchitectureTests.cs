using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Engine;
using Sagas.Structure;
using Sagas.Worker;

namespace Sagas.Tests.Structure;

/// <summary>What docs/architecture.md says of the source, and which way arrows may point in it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Document = Repository.Read("docs", "architecture.md");

    private static readonly SourceGraph Graph = SourceGraph.Read(Repository.Root, AppContext.BaseDirectory);

    // Those that are left. A folder may leave the list and none may come to it.
    private static readonly string[] InACycle =
    [
        "Sagas.Dashboard/Access",
        "Sagas.Dashboard/Api",
        "Sagas.Dashboard/Commands",
        "Sagas.Dashboard/Pages",
        "Sagas.Dashboard/Pages/Alerts",
        "Sagas.Dashboard/Pages/Components",
        "Sagas.Dashboard/Pages/Models",
        "Sagas.Dashboard/Queries",
        "Sagas.Dashboard/Viewing",
        "Sagas.Engine/Definitions",
        "Sagas.Engine/Definitions/Http",
        "Sagas.Orchestration",
        "Sagas.Orchestration/HttpSteps",
        "Sagas.Orchestration/Operators",
        "Sagas.Orchestration/Resilience",
        "Sagas.Orchestration/Starting",
        "Sagas.Orchestration/StateMachine",
        "Sagas.Orchestration/Telemetry",
        "Sagas.Orchestration/Telemetry/Tracing",
        "Sagas.Orchestration/Timers",
        "Sagas.Orchestration/Transport",
        "Sagas.Orchestration/Transport/PlainJson",
        "Sagas.Orchestration/Undecided",
        "Sagas.Persistence",
        "Sagas.Persistence/Configuration",
        "Sagas.Persistence/Delivery",
        "Sagas.Persistence/Delivery/Sharing",
        "Sagas.Persistence/Inbox",
        "Sagas.Persistence/Migrations",
        "Sagas.Persistence/Model",
        "Sagas.Persistence/Outbox",
        "Sagas.Persistence/Outbox/Publishing",
        "Sagas.Persistence/Retention",
        "Sagas.Persistence/SagaRepository",
        "Sagas.Persistence/SagaRepository/Locks",
        "Sagas.Persistence/Sql",
        "Sagas.Persistence/Store",
    ];

    [Fact]
    public void References_BetweenProjects_AreThoseOfTheDocument()
    {
        var drawn = Arrow().Matches(Document)
            .Select(x => $"Sagas.{x.Groups["from"].Value} -> Sagas.{x.Groups["to"].Value}")
            .Order(StringComparer.Ordinal);

        var referenced = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(path => XDocument.Load(path).Descendants("ProjectReference")
                .Select(x => Path.GetFileNameWithoutExtension(x.Attribute("Include")!.Value.Replace('\\', '/')))
                .Where(x => !x.StartsWith("Sagas.Samples", StringComparison.Ordinal))
                .Select(x => $"{Path.GetFileNameWithoutExtension(path)} -> {x}"))
            .Order(StringComparer.Ordinal);

        referenced.ShouldBe(drawn);
    }

    [Fact]
    public void Engine_Always_RefersToNothingThatActs() => typeof(SagaEngine).Assembly.GetReferencedAssemblies()
        .Select(x => x.Name!)
        .Where(x => !x.StartsWith("System.", StringComparison.Ordinal) || x.StartsWith("System.Net", StringComparison.Ordinal))
        .ShouldBe(["Sagas.Contracts", "MassTransit.Abstractions"], ignoreOrder: true);

    [Fact]
    public void Folders_InACycle_AreNoMoreThanThoseThatAreLeft() =>
        Graph.Cycles.SelectMany(x => x).Order(StringComparer.Ordinal).ShouldBe(InACycle);

    [Fact]
    public void Document_EveryTypeThatItNames_IsInItsFile()
    {
        var links = Link().Matches(Document);

        links.Count.ShouldBeGreaterThan(40);
        links.Select(x => (Type: x.Groups["type"].Value, File: Graph.Files.SingleOrDefault(y => y.Path == x.Groups["path"].Value)))
            .Where(x => x.File?.Types.Contains(x.Type) != true)
            .Select(x => x.Type)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Document_WayOfAReply_HasTheOrderOfThePipeline()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-test-");
        using var host = SagasHost.Create(new Dictionary<string, string?>
        {
            ["Sagas:Embedded:Path"] = Path.Combine(folder.FullName, "sagas.db"),
            ["Sagas:Api:Enabled"] = "false",
        });

        var probe = JsonSerializer.SerializeToNode(
            host.Services.GetRequiredService<IBus>().GetProbeResult(TestContext.Current.CancellationToken).Results)!;

        var endpoint = probe["bus"]!["host"]!["receiveEndpoint"]!.AsArray().Single(x => (string?)x!["name"] == "sagas")!;
        var received = endpoint["filters"]!.AsArray();
        var consumed = received.Single(x => Name(x) == "deserialize")!["consumePipe"]!["filters"]!.AsArray()
            .Single(x => ((string?)x!["outputType"])?.EndsWith(".StepSucceeded>", StringComparison.Ordinal) == true)!["filters"]!;
        var table = Document.Split("<!-- way of a reply -->")[1].Split("<!-- /way of a reply -->")[0];
        FilterNames().Matches(table).SelectMany(x => x.Groups["name"].Captures.Select(y => y.Value))
            .ShouldBe(received.Concat(consumed.AsArray()).Select(Name).Where(x => x is not ("deadLetter" or "rescue")));
    }

    private static string? Name(JsonNode? filter) =>
        (string?)((string?)filter!["filterType"] == "split" ? filter["filters"]! : filter)["filterType"];

    [GeneratedRegex(@"^  (?<from>[A-Z]\w+)(\[[\w.]+\])? --> (?<to>[A-Z]\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"\[(?<type>\w+)\]\(\.\./(?<path>src/[\w./]+\.cs)\)")]
    private static partial Regex Link();

    // The third column of a row that begins with a number.
    [GeneratedRegex(@"^\| \d+ \| [^|]+ \| (`(?<name>\w+)`(, )?)+ \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FilterNames();
}
