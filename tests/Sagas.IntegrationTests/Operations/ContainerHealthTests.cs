using System.Collections.Immutable;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Operations;

/// <summary>The container's own health check, of a worker that serves no HTTP.</summary>
public sealed class ContainerHealthTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_DatabaseOrBrokerIsAway_SaysSoUntilItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(
            new StackSettings
            {
                Worker = ImmutableDictionary<string, string>.Empty
                    .Add("Sagas__Api__Enabled", "false")
                    .Add("Sagas__Health__Interval", "1s"),
            },
            Ct);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        (await CheckAsync(stack)).ExitCode.ShouldBe(0);
        output.WriteLine($"the check took {watch.Elapsed.TotalMilliseconds:F0} ms, docker's own time included");

        await stack.Database.FreezeAsync(Ct);
        await UntilAsync(stack, "database", isWell: false);
        await stack.Database.UnpauseAsync(Ct);
        await UntilAsync(stack, "database", isWell: true);

        await stack.Broker.KillAsync(Ct);
        await UntilAsync(stack, "broker", isWell: false);
        await stack.Broker.StartAgainAsync(Ct);
        await UntilAsync(stack, "broker", isWell: true);
    }

    private static async Task<(long? ExitCode, string Report)> CheckAsync(SagasStack stack)
    {
        var result = await stack.Worker.ExecAsync(["/bin/sh", "/app/healthy"], Ct);
        return (result.ExitCode, result.Stdout);
    }

    private static Task UntilAsync(SagasStack stack, string check, bool isWell) => Poll.UntilAsync(
        $"the health check to say that {check} is {(isWell ? "well" : "not well")}",
        async _ => await CheckAsync(stack) is var (code, report)
            && code == (isWell ? 0 : 1)
            && report.Contains($"\n{check}: Healthy", StringComparison.Ordinal) == isWell,
        ct: Ct);
}
