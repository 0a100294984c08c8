using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class DiskFaultTests(ITestOutputHelper output)
{
    private const string Full = "No space left on device";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// At first PostgreSQL refuses every statement that needs room (53100). Once it needs a new segment of its
    /// write-ahead log it panics, and cannot start again before there is room.
    /// </summary>
    [Proves("database-disk-full")]
    [Fact]
    public async Task Fill_SagasInFlight_EndRightOnceThereIsRoomAgain()
    {
        await using var disk = await Disk.CreateAsync(megabytes: 256, Ct);
        await using var stack = await SagasStack.StartAsync(
            FaultRun.Settings with { Database = x => x.WithVolumeMount(disk.Volume, "/var/lib/postgresql/data") }, Ct);
        await stack.Database.RestartOnExitAsync(Ct);
        var run = new FaultRun(stack, output, Ct);

        await run.StartSagasAsync(FaultRun.Sagas);
        await run.UntilSomeEndedAsync();
        await run.InflictAsync(
            "disk of PostgreSQL full, until it panicked",
            async () =>
            {
                await disk.FillAsync(Ct);
                await Poll.UntilAsync("the worker to say so", async ct => await stack.CountAsync(Full, ct) > 0, ct: Ct);
                await stack.Database.ExecScriptAsync("select pg_switch_wal()", Ct);
                await Poll.UntilAsync(
                    "PostgreSQL to panic", async ct => await stack.Database.CountRestartsAsync(ct) > 1, ct: Ct);
            });
        await run.HealAsync(async () =>
        {
            await disk.FreeAsync(Ct);
            await Ready.PostgreSqlAsync(stack.Database.GetConnectionString(), ct: Ct);
        });

        await run.EndsRightAsync();
        (await SagasStack.CountAsync(stack.Database, "PANIC", Ct)).ShouldBeGreaterThan(0);
        await SaysOneClearThingAsync(stack);
    }

    /// <summary>
    /// However many deliveries failed, and whatever of PostgreSQL failed first: that the database fails and why, and
    /// that it works again. The worker's health comes and goes besides.
    /// </summary>
    private static async Task SaysOneClearThingAsync(SagasStack stack)
    {
        await Poll.UntilAsync("the worker to say so", async ct => await stack.CountAsync("works again", ct) == 1, ct: Ct);
        var (log, _) = await stack.Worker.GetLogsAsync(ct: Ct);
        var complaints = log.Split('\n').Where(x => x.Contains(" warn: ") || x.Contains(" fail: ")).ToList();
        var reasons = complaints.Where(x => !x.Contains("The worker is now")).ToList();
        reasons[0].ShouldContain("The database of SagaStoreDbContext fails: 53100: could not extend file");
        // The server that then panics is one reason more, or two: connections end, and it recovers.
        reasons.Skip(1).ShouldAllBe(x => x.Contains("fails for another reason now"));
        reasons.Count.ShouldBeLessThan(5);
        complaints.Count.ShouldBeLessThan(10);
    }
}
