using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class DatabaseFaultTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-dies-in-flight")]
    [Fact]
    public async Task Kill_SagasInFlight_EndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "PostgreSQL killed", () => stack.Database.KillAsync(Ct), () => stack.Database.StartAgainAsync(Ct));
    }

    [Proves("database-hangs")]
    [Fact]
    public async Task Pause_20Seconds_SagasInFlightEndRightOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "PostgreSQL paused for 20 s",
            async () =>
            {
                await stack.Database.FreezeAsync(Ct);
                await Task.Delay(TimeSpan.FromSeconds(20), Ct);
            },
            () => stack.Database.UnpauseAsync(Ct));
    }

    [Proves("database-cut")]
    [Fact]
    public async Task Cut_NetworkToTheWorker_SagasInFlightEndRightOnceItIsHealed()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "network between worker and PostgreSQL cut for 10 s",
            () => CutAsync(stack),
            () => stack.Worker.ConnectAsync(stack.DatabaseNetwork, [], Ct));
    }

    /// <summary>
    /// PostgreSQL never hears again of the connections that the worker had: what they locked must not stay locked.
    /// </summary>
    [Proves("database-cut")]
    [Fact]
    public async Task Cut_WorkerComesBackAtAnotherAddress_SagasInFlightEndRight()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings, Ct);
        await using var successor = Servers.Container(Servers.PostgreSqlImage)
            .WithEntrypoint("sleep")
            .WithCommand("infinity")
            .WithNetwork(stack.DatabaseNetwork)
            .Build();

        await new FaultRun(stack, output, Ct).SurvivesAsync(
            "network between worker and PostgreSQL cut for 10 s, healed with another address",
            () => CutAsync(stack),
            async () =>
            {
                await successor.StartAsync(Ct);
                await stack.Worker.ConnectAsync(stack.DatabaseNetwork, [], Ct);
            });
    }

    private static async Task CutAsync(SagasStack stack)
    {
        await stack.Worker.DisconnectAsync(stack.DatabaseNetwork, Ct);
        await Task.Delay(TimeSpan.FromSeconds(10), Ct);
    }
}
