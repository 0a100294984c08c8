using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>A restored backup is older than the world: participants did what it does not know of (docs/deploying.md).</summary>
public sealed class RestoreFaultTests(ITestOutputHelper output)
{
    private const int SagasInTheBackup = 100;
    private const int SagasAfterTheBackup = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-restored")]
    [Fact]
    public async Task Restore_BackupOfSagasInFlight_EachEndsRightAndNoEffectIsThereTwice()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);
        var run = new FaultRun(stack, output, Ct);
        await run.StartSagasAsync(SagasInTheBackup);
        await run.UntilSomeEndedAsync();

        var inTheBackup = 0L;
        await run.InflictAsync("database restored from a backup", async () =>
        {
            await ExecuteAsync(stack, "pg_dump --username sagas --format custom --file /tmp/backup sagas");
            inTheBackup = await stack.CountStartedAsync(Ct);
            await run.StartSagasAsync(SagasAfterTheBackup, id: number => new Guid(number, 0, 0, new byte[8]));
            await Poll.UntilAsync(
                "more sagas to end than the backup has", async token => await stack.CountEndedAsync(token) > inTheBackup, Patience, ct: Ct);
            await stack.Worker.StopAsync(Ct);
            await ExecuteAsync(
                stack,
                "dropdb --username sagas --force sagas && createdb --username sagas sagas"
                    + " && pg_restore --username sagas --dbname sagas /tmp/backup");
            stack.Sagas.Clear();
            (await stack.CountStartedAsync(Ct)).ShouldBeInRange(1, inTheBackup);
            (await stack.CountEndedAsync(Ct)).ShouldBeLessThan(inTheBackup);
        });
        await run.HealAsync(() => stack.Worker.StartAgainAsync(Ct));
        await run.RepeatLastStartsAsync();

        await run.EndsRightAsync();
    }

    private static async Task ExecuteAsync(SagasStack stack, string command)
    {
        var result = await stack.Database.ExecAsync(["sh", "-ec", command], Ct);
        result.ExitCode.ShouldBe(0, result.Stderr);
    }
}
