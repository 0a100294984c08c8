using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>
/// The stories of the engine over the real store, every one of them again and again, with another fault at another seam
/// each time: whatever fails, a story comes to the same end.
/// </summary>
/// <param name="stages">The stages, which the stories share.</param>
public abstract class StoreFaultContract(StageSet stages)
{
    private const int StormsPerStory = 4;

    public static TheoryData<string> Names => [.. Stories.All.Keys];

    /// <summary>The ways in which a statement can fail on this database.</summary>
    protected abstract IReadOnlyList<StoreFault> Kinds { get; }

    /// <summary>Starts a worker on a database of its own.</summary>
    protected abstract Task<Stage> StartStageAsync();

    [Proves("database-statement-fails")]
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tell_OneStatementFails_EndsTheSame(string name)
    {
        await TellWithFaultsAsync(name, seams => FaultPlan.Cover(seams, Kinds), stages, StartStageAsync);
    }

    [Proves("database-statement-fails")]
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Tell_ManyStatementsFail_EndsTheSame(string name)
    {
        var story = Stories.All[name];
        var (expected, seams) = await RehearseAsync(story, stages, StartStageAsync);
        var fired = 0;

        await TellAsync(Enumerable.Range(0, StormsPerStory).Select(seed => (Func<Stage, Task>)(async stage =>
        {
            var storm = new FaultStorm(Kinds, seams.Count, seed);
            var outcome = await new Telling(stage, story).TellAsync((_, statement) => storm.Strike(statement));
            Interlocked.Add(ref fired, stage.Faults.Fired);
            outcome.ShouldBe(expected, isAnswerLost: true);
        })), seed => $"storm {seed}", stages, StartStageAsync);
        fired.ShouldBeGreaterThanOrEqualTo(StormsPerStory, "the storms were calm");
        Say($"{fired} faults");
    }

    /// <summary>The first saga of a definition stores it, in a transaction of its own ahead of the others.</summary>
    [Fact]
    public async Task Tell_FirstSagaOfDefinition_EndsTheSame()
    {
        var story = Stories.All.Values.First();
        var (expected, seams) = await RehearseAsync(story, stages, StartStageAsync);
        var first = await TellFirstAsync(story, expected, null);
        var faults = FaultPlan.Cover([.. first.Take(first.Count - seams.Count)], Kinds);

        foreach (var fault in faults)
        {
            await TellFirstAsync(story, expected, fault);
        }

        faults.ShouldNotBeEmpty();
        Say($"{faults.Count} faults");
    }

    private async Task<IReadOnlyList<string>> TellFirstAsync(Story story, Outcome expected, FaultPlan? fault)
    {
        await using var stage = await StartStageAsync();
        var outcome = await new Telling(stage, story).TellAsync((number, _) =>
            number == fault?.Seam ? fault.Kind : null);
        stage.Faults.Fired.ShouldBe(fault is null ? 0 : 1);
        outcome.ShouldBe(expected, isAnswerLost: fault?.Kind.LosesAnswer == true || stage.Faults.HasLostAnswer);
        return stage.Faults.Seams;
    }

    /// <summary>Tells a story on stages of its own, with each of the faults at each of the seams.</summary>
    protected static async Task TellWithEveryFaultAsync(
        string name,
        IReadOnlyList<StoreFault> kinds,
        Func<Task<Stage>> start,
        Func<string, bool>? isMeant = null)
    {
        await using var own = new StageSet();
        await TellWithFaultsAsync(name, seams => FaultPlan.Product(seams, kinds, isMeant ?? (_ => true)), own, start);
    }

    private static async Task TellWithFaultsAsync(
        string name,
        Func<IReadOnlyList<string>, IReadOnlyList<FaultPlan>> plan,
        StageSet stages,
        Func<Task<Stage>> start)
    {
        var story = Stories.All[name];
        var (expected, seams) = await RehearseAsync(story, stages, start);
        var faults = plan(seams);
        faults.ShouldNotBeEmpty();

        await TellAsync(
            faults.Select(fault => (Func<Stage, Task>)(async stage =>
            {
                var outcome = await new Telling(stage, story).TellAsync((number, _) =>
                    number == fault.Seam ? fault.Kind : null);
                stage.Faults.Fired.ShouldBe(1, "the fault did not fire");
                outcome.ShouldBe(expected, fault.Kind.LosesAnswer || stage.Faults.HasLostAnswer);
            })),
            i => faults[i].Describe(seams),
            stages,
            start);
        Say($"{seams.Count} seams, {faults.Count} faults");
    }

    private static async Task<(Outcome Outcome, IReadOnlyList<string> Seams)> RehearseAsync(
        Story story,
        StageSet stages,
        Func<Task<Stage>> start)
    {
        var stage = await stages.TakeAsync(start);
        var outcome = await new Telling(stage, story).TellAsync((_, _) => null);
        var seams = stage.Faults.Seams;
        (await new Telling(stage, story).TellAsync((_, _) => null)).ShouldBe(outcome, isAnswerLost: false);
        stage.Faults.Seams.ShouldBe(seams);
        stages.Return(stage);
        return (outcome, seams);
    }

    /// <summary>Tells many times, some at once. A stage on which it went wrong is not used again.</summary>
    private static async Task TellAsync(
        IEnumerable<Func<Stage, Task>> tellings,
        Func<int, string> describe,
        StageSet stages,
        Func<Task<Stage>> start)
    {
        var failures = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            tellings.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = StageSet.Count },
            async (telling, _) =>
            {
                var stage = await stages.TakeAsync(start);
                try
                {
                    await telling.Item(stage);
                    stages.Return(stage);
                }
                catch (Exception exception)
                {
                    failures.Add($"{describe(telling.Index)}\n{exception}");
                    await stage.DisposeAsync();
                }
            });
        Say($"{watch.Elapsed.TotalSeconds:0.0} s");
        failures.ShouldBeEmpty();
    }

    private static void Say(string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
    }
}
