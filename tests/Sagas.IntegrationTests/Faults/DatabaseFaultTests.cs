using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class DatabaseFaultTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_SagasInFlight_EndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "PostgreSQL killed", () => stack.Database.KillAsync(Ct), () => stack.Database.StartAgainAsync(Ct));
    }

    [Fact]
    public async Task Pause_20Seconds_SagasInFlightEndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "PostgreSQL paused for 20 s",
            async () =>
            {
                await stack.Database.PauseAsync(Ct);
                await Task.Delay(TimeSpan.FromSeconds(20), Ct);
            },
            () => stack.Database.UnpauseAsync(Ct));
    }

    [Fact]
    public async Task Cut_NetworkToTheWorker_SagasInFlightEndRightOnceItIsHealed()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "network between worker and PostgreSQL cut for 10 s",
            async () =>
            {
                await stack.Worker.DisconnectAsync(stack.DatabaseNetwork, Ct);
                await Task.Delay(TimeSpan.FromSeconds(10), Ct);
            },
            () => stack.Worker.ConnectAsync(stack.DatabaseNetwork, [], Ct));
    }
}
