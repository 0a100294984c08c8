using System.Collections.Immutable;
using System.Text;
using DotNet.Testcontainers.Containers;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;
using Sagas.IntegrationTests.Faults;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>
/// Two workers, participants of three kinds, broker and database, one of them killed every 2 to 6 seconds while three sagas of
/// every sort are started a second. Then the participants' own tables are audited. <c>eng/chaos</c> runs it at any length.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Queues =
        ["sagas", "sagas.http", "stock", "payment", "shipping", "agent-tools", "payment-python"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    // The folder itself is for this user alone; the worker's is another one.
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sagas-chaos-");

    private DirectoryInfo Definitions => _folder.CreateSubdirectory("sagas");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Proves("anything-dies")]
    [Fact]
    public async Task Kill_AnyOfThemEveryFewSeconds_EveryEffectIsWantedOrUndone()
    {
        var settings = ChaosSettings.Read();
        output.WriteLine($"seed {settings.Seed}, {settings.Length.TotalSeconds:F0} s of killing");
        await using var stack = await SagasStack.StartAsync(new StackSettings { Workers = 0 }, Ct);
        await using var service = new ChargeService(stack.Effects, await stack.FindGatewayAsync(Ct));
        await using var python = stack.Python();
        await Task.WhenAll(service.StartAsync(Ct), python.StartAsync(Ct));
        WriteDefinitions(service.Url);
        for (var worker = 0; worker < 2; worker++)
        {
            await stack.AddWorkerAsync(WorkerSettings(service), Ct);
        }

        await stack.Broker.UntilQueuesAreOnDiskAsync(Queues, Ct);

        var (load, kills) = (
            new ChaosLoad(stack.Broker.GetConnectionString()),
            new ChaosKills(Victims(stack, python, service), new Dice(settings.Seed), output.WriteLine));
        using (var end = new CancellationTokenSource(settings.Length))
        {
            await Task.WhenAll(load.RunAsync(end.Token, Ct), kills.RunAsync(end.Token, Ct));
        }

        var healed = TimeProvider.System.GetTimestamp();
        await UntilAllEndedAsync(stack, load.Started);
        var recovery = TimeProvider.System.GetElapsedTime(healed);
        await UntilNothingIsOnItsWayAsync(stack);

        var record = await stack.ReadAsync(python, load.Started, Ct);
        output.WriteLine(Summary(record, kills, await stack.CountEventsAsync(Ct), recovery));
        var violations = ChaosAudit.FindViolations(record);
        violations.Count.ShouldBe(
            0, $"seed {settings.Seed}{Environment.NewLine}{string.Join(Environment.NewLine, violations.Take(20))}");
    }

    // A circuit that opens while the service is dead is tried again soon.
    private StackSettings WorkerSettings(ChargeService service) => new()
    {
        Definitions = Definitions.FullName,
        Worker = ImmutableDictionary<string, string>.Empty
            .Add("Sagas__Http__AllowedHosts", service.Host)
            .Add("Sagas__CircuitBreaker__OpenDuration", "0:00:02")
            .Add("Sagas__CircuitBreaker__Successes", "1"),
    };

    private void WriteDefinitions(Uri service)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Chaos", "sagas")))
        {
            File.WriteAllText(
                Path.Combine(Definitions.FullName, Path.GetFileName(file)),
                File.ReadAllText(file).Replace("$URL", service.ToString().TrimEnd('/'), StringComparison.Ordinal));
        }
    }

    private static List<ChaosVictim> Victims(SagasStack stack, IContainer python, ChargeService service) =>
    [
        .. stack.Workers.Select((worker, index) => OfContainer($"worker {index + 1}", worker)),
        OfContainer("participants", stack.Participants),
        OfContainer("participant in Python", python),
        new("service over HTTP", _ => service.KillAsync(), service.StartAgainAsync),
        new("RabbitMQ", stack.Broker.KillAsync, stack.Broker.StartAgainAsync),
        new("PostgreSQL", stack.Database.KillAsync, stack.Database.StartAgainAsync),
    ];

    // It may be killed again while it starts.
    private static ChaosVictim OfContainer(string name, IContainer container) => new(
        name, container.KillAsync, container.LaunchAsync);

    private async Task UntilAllEndedAsync(SagasStack stack, int started)
    {
        var reported = TimeProvider.System.GetTimestamp();
        try
        {
            await Poll.UntilAsync($"{started} sagas to end", HaveEndedAsync, Patience, ct: Ct);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{exception.Message} Left are:{Environment.NewLine}{await stack.DescribeOpenAsync(Ct)}", exception);
        }

        async Task<bool> HaveEndedAsync(CancellationToken ct)
        {
            var ended = await stack.CountEndedAsync(ct);
            if (TimeProvider.System.GetElapsedTime(reported) > ProgressInterval)
            {
                output.WriteLine($"        nothing is killed any more, {ended} of {started} sagas have ended");
                reported = TimeProvider.System.GetTimestamp();
            }

            return ended == started;
        }
    }

    private static async Task UntilNothingIsOnItsWayAsync(SagasStack stack)
    {
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        await stack.UntilNothingIsOnItsWayAsync(client, Queues, Ct);
    }

    private static string Summary(
        ChaosRecord record, ChaosKills kills, IReadOnlyDictionary<string, long> events, TimeSpan recovery)
    {
        var text = new StringBuilder();
        text.AppendLine(Text($"{record.Started} sagas started, {kills.Counts.Values.Sum()} kills: ")
            + string.Join(", ", kills.Counts.Select(x => $"{x.Key} {x.Value}")));
        foreach (var sort in record.Sagas.GroupBy(x => ChaosMix.Of(x.Number).Definition).OrderBy(x => x.Key))
        {
            text.AppendLine(Text($"  {sort.Key,-16}")
                + string.Join(", ", sort.GroupBy(x => x.State).OrderBy(x => x.Key).Select(x => $"{x.Key} {x.Count()}")));
        }

        var effects = record.Sagas.SelectMany(x => x.Effects).ToList();
        text.AppendLine(Text($"{effects.Count} effects, {effects.Count(x => x.IsUndone)} of them undone"));
        text.AppendLine("history: " + string.Join(
            ", ",
            ((string[])["StepTimedOut", "StepFailed", "StepOutcomeUnknown", "StepDeferred", "LateSuccess", "ReplyIgnored"])
                .Select(x => $"{x} {events.GetValueOrDefault(x)}")));
        text.Append(Text($"all ended {recovery.TotalSeconds:F1} s after the last one was up again"));
        return text.ToString();
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
