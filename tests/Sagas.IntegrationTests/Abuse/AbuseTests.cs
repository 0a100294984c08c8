using System.Collections.Immutable;
using System.Diagnostics;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Good sagas are timed meanwhile: nothing else may need the machine.</summary>
[CollectionDefinition(nameof(AbuseTests), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

/// <summary>
/// Bad input of every kind against the worker as it is deployed. <c>SAGAS_FUZZ_SEED</c> and <c>SAGAS_FUZZ_INPUTS</c>
/// choose other ones, and more of them.
/// </summary>
[Collection(nameof(AbuseTests))]
public sealed class AbuseTests(ITestOutputHelper output)
{
    private const string Answers = "abuse-answers";
    private const string NotSent =
        "select count(*) from sagas.outbox_message where parked_at is not null or attempts > 0";

    /// <summary>
    /// So much is sent before the worker's memory counts: pools, caches and compiled code have their size then.
    /// </summary>
    private const double WarmUp = 0.3;

    // The collector gives memory back when it likes to: between two samples it may keep a few bodies of the largest
    // size that it has just seen. It was 35 to 153 MB in runs of the same length, and 57 in one three times as long. A
    // leak of only 30 kB an input would show.
    private const int MegabytesOfNoise = 200;

    /// <summary>
    /// 384 MB of managed memory, as in a container of 512 MB: what does not fit fails, and the test with it. And
    /// victims in flight wait for their participant however long the abuse takes.
    /// </summary>
    private static readonly ImmutableDictionary<string, string> Settings = ImmutableDictionary<string, string>.Empty
        .Add("DOTNET_GCHeapHardLimit", "0x18000000")
        .Add("Sagas__Steps__Retries", "100");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("message-request-refused")]
    [Fact]
    public async Task Send_BadInputsOfEveryKind_AllAreAccountedForAndNobodyIsHarmed()
    {
        var (seed, inputs) = (Setting("SAGAS_FUZZ_SEED", 1), (int)Setting("SAGAS_FUZZ_INPUTS", 10_000));
        output.WriteLine($"{inputs} inputs from seed {seed}");
        output.WriteLine($"again with SAGAS_FUZZ_SEED={seed} SAGAS_FUZZ_INPUTS={inputs}");
        await using var stack = await SagasStack.StartAsync(new StackSettings { Worker = Settings }, Ct);
        var address = stack.Broker.GetConnectionString();
        await using var ledger = await Ledger.OpenAsync(address, Answers, Ct);
        await using var abuser = await Abuser.ConnectAsync(address, Ct);
        await using var client = await PlainClient.ConnectAsync(address, Ct);
        var victimSagas = new VictimSagas(stack);
        var victims = await victimSagas.StartAsync(client, Answers, Ct);
        var snapshot = await victimSagas.SnapshotAsync(victims, Ct);
        var calm = new GoodSagas(stack, client);
        await calm.RunAsync(() => calm.Count == 40, Ct);
        var calmTimes = await calm.EndAsync(Ct);
        output.WriteLine($"good sagas: {calm.Count} before, {GoodSagas.Show(calmTimes)}");
        var fuzzer = new Fuzzer(seed);
        var warmUp = (int)(inputs * WarmUp);

        await abuser.SendAsync(Inputs(fuzzer, warmUp, victims, ledger), Ct);
        var before = await WorkerVitals.OfAsync(stack.Worker, Ct);
        var goodTimes = await AbuseAsync(
            abuser, Inputs(fuzzer, inputs - warmUp, victims, ledger), new GoodSagas(stack, client));
        var after = await WorkerVitals.OfAsync(stack.Worker, Ct);

        output.WriteLine($"worker: {before.ResidentMegabytes} MB before, {after.ResidentMegabytes} MB after");
        output.WriteLine($"log: {after.LogBytes / 1024} kB");
        await AssertAccountedForAsync(stack, ledger, victims);
        (await victimSagas.SnapshotAsync(victims, Ct)).ShouldBe(snapshot);
        await victimSagas.ReleaseAsync(victims, Ct);
        (await victimSagas.ContradictionsAsync(Ct)).ShouldBeEmpty();
        (await stack.ScalarAsync(NotSent, Ct)).ShouldBe(0);
        (await WorkerVitals.OfAsync(stack.Worker, Ct)).Process.ShouldBe(before.Process);
        after.ResidentMegabytes.ShouldBeLessThan(before.ResidentMegabytes + MegabytesOfNoise);
        goodTimes.Median.ShouldBeLessThan((calmTimes.Median * 4) + TimeSpan.FromSeconds(2));
    }

    /// <summary>Inputs of which the ledger knows.</summary>
    private static IEnumerable<BadInput> Inputs(Fuzzer fuzzer, int count, Victims victims, Ledger ledger)
    {
        for (; count > 0; count--)
        {
            var input = fuzzer.Next(victims);
            ledger.Add(input);
            yield return input;
        }
    }

    /// <summary>Sends bad inputs, and starts good sagas meanwhile.</summary>
    /// <returns>How long those took, once all that was sent is dealt with.</returns>
    private async Task<(TimeSpan Median, TimeSpan Longest)> AbuseAsync(
        Abuser abuser, IEnumerable<BadInput> inputs, GoodSagas good)
    {
        var watch = Stopwatch.StartNew();
        var abuse = abuser.SendAsync(inputs, Ct);
        await good.RunAsync(() => abuse.IsCompleted, Ct);
        await abuse;
        output.WriteLine($"sent within {watch.Elapsed.TotalSeconds:F1} s");
        var times = await good.EndAsync(Ct);
        output.WriteLine($"good sagas: {good.Count} during, {GoodSagas.Show(times)}");
        await Poll.UntilAsync(
            "the worker's queues to be empty",
            async ct => await abuser.CountAsync("sagas", ct) + await abuser.CountAsync("sagas.http", ct) == 0,
            ct: Ct);
        return times;
    }

    /// <summary>
    /// Every input is in an answer, in a queue, in the history, or in the count of the worker's log; and none twice.
    /// </summary>
    private async Task AssertAccountedForAsync(SagasStack stack, Ledger ledger, Victims victims)
    {
        foreach (var queue in Ledger.SetAside)
        {
            await ledger.CollectAsync(queue, Ct);
        }

        await ledger.CollectAsync(stack.Sagas, victims.Flooded, Ct);
        foreach (var (way, count) in ledger.Ways().OrderByDescending(x => x.Value))
        {
            output.WriteLine($"{count,7} {way}");
        }

        ledger.Repeated().ShouldBeEmpty();
        var flood = ledger.Inputs.Count(x => x.Kind == FloodAbuse.RepeatedReply);
        var unseen = ledger.Inputs
            .Where(x => x.Kind != FloodAbuse.RepeatedReply && ledger.Seen(x.Id).Count == 0)
            .ToList();
        unseen.Where(x => x.IsAnswered).ShouldBeEmpty();
        var recorded = await stack.ScalarAsync(
            $"select count(*) from sagas.saga_history where event = 'ReplyIgnored' and saga_id = '{victims.Flooded}'", Ct);
        output.WriteLine($"{unseen.Count,7} answered to where nobody listens");
        output.WriteLine($"{recorded,7} of {flood} repeated replies recorded");

        await AssertLoggedAsync(stack, ledger.Refused() + unseen.Count, flood - recorded);
    }

    /// <summary>
    /// The log tells of all refusals, one by one or counted, and of none by a mistake of the worker's own.
    /// </summary>
    private async Task AssertLoggedAsync(SagasStack stack, long refused, long unrecorded)
    {
        var log = "";
        var logged = new RefusalCount(new Dictionary<string, long>(), 0);
        try
        {
            await Poll.UntilAsync(
                "the log to tell of all refusals",
                async ct =>
                {
                    var (lines, errors) = await stack.Worker.GetLogsAsync(ct: ct);
                    log = lines + errors;
                    logged = RefusalCount.Of(log);
                    return logged.Refused == refused && logged.Unrecorded == unrecorded;
                },
                TimeSpan.FromSeconds(20),
                ct: Ct);
        }
        catch (TimeoutException)
        {
            // Said better below.
        }

        var codes = logged.All.OrderByDescending(x => x.Value).Select(x => $"{x.Value} {x.Key}");
        output.WriteLine($"{logged.Refused,7} refusals in {logged.Lines} lines of the log: {string.Join(", ", codes)}");
        logged.Refused.ShouldBe(refused);
        logged.Unrecorded.ShouldBe(unrecorded);
        var thrown = log.Split('\n').Where(x => x.Contains("Exception", StringComparison.Ordinal)).Take(20);
        logged.All.Keys.ShouldNotContain("INTERNAL_ERROR", string.Join('\n', thrown));
    }

    private static ulong Setting(string name, ulong value) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), out var set) ? set : value;
}
