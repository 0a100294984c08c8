using System.Globalization;
using DotNet.Testcontainers.Containers;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class WorkerFaultTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int SagasForEachKill = 20;
    private const int Workers = 3;
    private const int Rounds = 2;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Every fourth time while it starts, otherwise when it has done some of its work.</summary>
    [Proves("worker-dies")]
    [Fact]
    public async Task Kill_20TimesAtRandomInstants_EverySagaEndsRight()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);
        var run = new FaultRun(stack, output, Ct);
        var random = Seeded();

        for (var kill = 0; kill < Kills; kill++)
        {
            await run.StartSagasAsync(SagasForEachKill);
            if (kill % 4 != 3)
            {
                await UntilSomeHistoryIsWrittenAsync(stack, random.Next(1, 60));
            }

            await Task.Delay(random.Next(0, kill % 4 == 3 ? 2000 : 100), Ct);
            await run.InflictAsync("the worker killed", () => stack.Worker.KillAsync(Ct));
            await run.HealAsync(() => stack.Worker.LaunchAsync(Ct));
        }

        await run.EndsRightAsync();
    }

    [Proves("worker-dies-among-several")]
    [Fact]
    public async Task Kill_EachOfThreeInTurn_EverySagaEndsRightAndEachHasWorked()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings with { Workers = Workers }, Ct);
        var run = new FaultRun(stack, output, Ct);
        var random = Seeded();

        for (var kill = 0; kill < Rounds * Workers; kill++)
        {
            var victim = stack.Workers[kill % Workers];
            await run.StartSagasAsync(2 * SagasForEachKill);
            await UntilServingAsync(victim, times: 1 + kill / Workers);
            await UntilSomeHistoryIsWrittenAsync(stack, random.Next(1, 200));
            await run.InflictAsync("one of three workers killed", () => victim.KillAsync(Ct));
            await run.HealAsync(() => victim.LaunchAsync(Ct));
        }

        // On a busy machine the others may have ended everything each time before a killed one was back.
        await Task.WhenAll(stack.Workers.Select(x => UntilServingAsync(x, times: 1 + Rounds)));
        for (var more = 0; more < Kills && await HasIdleWorkerAsync(stack); more++)
        {
            await run.StartSagasAsync(2 * SagasForEachKill);
            await run.UntilSomeEndedAsync();
        }

        await run.EndsRightAsync();
        foreach (var worker in stack.Workers)
        {
            (await CountEndedByAsync(worker)).ShouldBeGreaterThan(0, worker.Name);
        }
    }

    private static Task<int> CountEndedByAsync(IContainer worker) => SagasStack.CountAsync(worker, "is Completed", Ct);

    private static async Task<bool> HasIdleWorkerAsync(SagasStack stack) =>
        (await Task.WhenAll(stack.Workers.Select(CountEndedByAsync))).Contains(0);

    private static async Task UntilSomeHistoryIsWrittenAsync(SagasStack stack, int lines)
    {
        const string Count = "select count(*) from sagas.saga_history";
        var before = await stack.ScalarAsync(Count, Ct);
        await Poll.UntilAsync(
            $"{lines} more lines of history",
            async ct => await stack.ScalarAsync(Count, ct) >= before + lines,
            interval: TimeSpan.FromMilliseconds(5),
            ct: Ct);
    }

    private static Task UntilServingAsync(IContainer worker, int times) => Poll.UntilAsync(
        $"{worker.Name} to serve", async ct => await SagasStack.CountAsync(worker, "Application started", ct) >= times, ct: Ct);

    private Random Seeded()
    {
        var seed = Environment.GetEnvironmentVariable("FAULT_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        output.WriteLine($"seed {seed} (FAULT_SEED={seed} takes it again)");
        return new Random(seed);
    }
}
