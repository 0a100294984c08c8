using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>A restored backup is older than the world: participants did what it does not know of (docs/deploying.md).</summary>
public sealed class RestoreFaultTests(ITestOutputHelper output)
{
    private const int SagasAround = 100;
    private const int SagasAfterTheBackup = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-restored")]
    [Fact]
    public async Task Restore_BackupOfSagasInFlight_EachEndsRightAndNoEffectIsThereTwice()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);
        var run = new FaultRun(stack, output, Ct);
        await run.StartSagasAsync(SagasAround, id: IdOf);
        await run.UntilSomeEndedAsync();

        await run.InflictAsync("database restored from a backup", async () =>
        {
            await ExecuteAsync(stack, "pg_dump --username sagas --format custom --file /tmp/backup sagas");
            await run.StartSagasAsync(SagasAfterTheBackup, id: IdOf);
            await Poll.UntilAsync(
                "the world to go on", async token => await stack.CountEndedAsync(token) == run.Started, Patience, ct: Ct);
            await stack.Worker.StopAsync(Ct);
            await ExecuteAsync(
                stack,
                "dropdb --username sagas --force sagas && createdb --username sagas sagas"
                    + " && pg_restore --username sagas --dbname sagas /tmp/backup");
            stack.Sagas.Clear();
            var restored = await stack.CountStartedAsync(Ct);
            restored.ShouldBeInRange(1, run.Started - SagasAfterTheBackup);
            (await stack.CountEndedAsync(Ct)).ShouldBeLessThan(restored);
        });
        await run.HealAsync(() => stack.Worker.StartAgainAsync(Ct));
        await run.RepeatStartsAsync();

        await run.EndsRightAsync();
    }

    private static Guid IdOf(int number) => new(number + 1, 0, 0, new byte[8]);

    private static async Task ExecuteAsync(SagasStack stack, string command)
    {
        var result = await stack.Database.ExecAsync(["sh", "-ec", command], Ct);
        result.ExitCode.ShouldBe(0, result.Stderr);
    }
}
