using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Dashboard.Health;
using Sagas.Persistence.Configuration;

namespace Sagas.Tests.Operations.Health;

public sealed class LoopHealthCheckTests
{
    private readonly FakeClock _clock = new();
    private readonly TaskCompletionSource _end = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    [Proves("worker-loop-ends")]
    [Theory]
    [InlineData(59, HealthStatus.Healthy)]
    [InlineData(60, HealthStatus.Degraded)]
    [InlineData(899, HealthStatus.Degraded)]
    [InlineData(900, HealthStatus.Unhealthy)]
    public async Task Check_LoopThatDoesNotTurn_IsSlowAndThenHangs(int seconds, HealthStatus expected)
    {
        var loop = Loop();
        _clock.Advance(5_000);
        loop.Pulse.Beat();

        _clock.Advance(seconds);

        (await CheckAsync(loop)).ShouldBe(expected);
    }

    [Proves("worker-loop-ends")]
    [Fact]
    public async Task Check_LoopThatHasEnded_IsUnhealthy()
    {
        _end.SetResult();

        (await CheckAsync(Loop())).ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Check_LoopThatHasNotBegun_IsNotReadyYet() =>
        (await CheckAsync(Loop() with { ExecuteTask = null })).ShouldBe(HealthStatus.Degraded);

    [Fact]
    public async Task Check_LoopThatIsSwitchedOff_IsHealthy()
    {
        _end.SetResult();

        (await CheckAsync(Loop() with { IsOn = false })).ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Check_OneOfTwoHangs_TellsOfThatOne()
    {
        var (hangs, turns) = (Loop(), Loop() with { Pulse = new LoopPulse(_clock) });
        _clock.Advance(1_000);
        turns.Pulse.Beat();

        (await CheckAsync(turns, hangs)).ShouldBe(HealthStatus.Unhealthy);
    }

    [Fact]
    public async Task Check_WorkerThatStops_NeedsNoRestart()
    {
        _end.SetResult();
        _lifetime.StopApplication();

        (await CheckAsync(Loop())).ShouldBe(HealthStatus.Degraded);
    }

    private async Task<HealthStatus> CheckAsync(params TestLoop[] loops)
    {
        var check = new LoopHealthCheck(loops, _lifetime);
        var context = new HealthCheckContext { Registration = new("dispatcher", check, null, null) };
        return (await check.CheckHealthAsync(context, TestContext.Current.CancellationToken)).Status;
    }

    private TestLoop Loop() => new("dispatcher", IsOn: true, new LoopPulse(_clock), _end.Task);

    private sealed record TestLoop(string Name, bool IsOn, LoopPulse Pulse, Task? ExecuteTask) : IWatchedLoop, IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
