using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>The worker takes its time from the database: its own clock may say what it likes.</summary>
public sealed class ClockFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("worker-clock-wrong")]
    [Theory]
    [InlineData("+1h")]
    [InlineData("-1h")]
    public async Task Jump_ByAnHour_NothingIsDueEarlierOrLater(string offset)
    {
        await using var stack = await SagasStack.StartAsync(
            FaultRun.Settings with { WorkerImage = Servers.WorkerWithClockImage }, Ct);
        var run = new FaultRun(stack, output, Ct);

        var begin = await stack.ReadClockAsync(Ct);
        await run.StartSagasAsync(FaultRun.Sagas);
        await run.UntilSomeEndedAsync();
        await run.InflictAsync(
            $"clock of the worker {offset}",
            async () =>
            {
                await stack.Worker.ExecAsync(["sh", "-c", $"echo {offset} >/clock"], Ct);
                await Poll.UntilAsync("the clock to jump", JumpedAsync, ct: Ct);
            });
        await run.HealAsync(() => Task.CompletedTask);

        var record = await run.EndsRightAsync();
        var end = await stack.ReadClockAsync(Ct);
        record.Sagas.SelectMany(x => x.History)
            .ShouldAllBe(x => x.Time > begin - Tolerance && x.Time < end + Tolerance, "not the database's time");

        async Task<bool> JumpedAsync(CancellationToken ct)
        {
            var hour = (await stack.Worker.ExecAsync(["date", "-u", "+%H"], ct)).Stdout.Trim();
            return hour != (await stack.Database.ExecAsync(["date", "-u", "+%H"], ct)).Stdout.Trim();
        }
    }
}
