using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Watchdog;

namespace Sagas.Tests.Persistence.Watchdog;

public sealed class ConsumerWatchdogTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly FakeEndpoints _endpoints = new();
    private readonly FakeProcess _process = new();
    private readonly ConsumerWatchdog _watchdog;

    public ConsumerWatchdogTests() => _watchdog = new ConsumerWatchdog(
        _endpoints,
        _process,
        _process,
        Options.Create(new ConsumerWatchdogOptions()),
        _clock,
        NullLogger<ConsumerWatchdog>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _watchdog.StartAsync(Ct);
        _process.Start();
        await UntilItWaitsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _watchdog.StopAsync(CancellationToken.None);
        _watchdog.Dispose();
        _process.Dispose();
    }

    [Fact]
    public async Task Watch_EveryEndpointConsumes_LeavesThemAlone()
    {
        await PassAsync(seconds: 60);

        _endpoints.Restarted.ShouldBeEmpty();
        _process.ExitCode.ShouldBeNull();
        _watchdog.Complaint.ShouldBeNull();
    }

    [Proves("broker-endpoint-not-consuming")]
    [Fact]
    public async Task Watch_NoConsumerForThreeSeconds_StartsThatEndpointAnewOnce()
    {
        _endpoints.Idle.Add("stock");

        await PassAsync(seconds: 3);
        _endpoints.Restarted.ShouldBeEmpty();
        _watchdog.Complaint.ShouldNotBeNull().ShouldContain("stock");
        await PassAsync(seconds: 10);

        _endpoints.Restarted.ShouldBe(["stock"]);
        _process.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task Watch_RestartHelps_IsContentAndBeginsAnewTheNextTime()
    {
        _endpoints.Idle.Add("stock");
        await PassAsync(seconds: 10);
        _endpoints.Idle.Clear();
        await PassAsync(seconds: 1);
        _watchdog.Complaint.ShouldBeNull();

        _endpoints.Idle.Add("stock");
        await PassAsync(seconds: 25);

        _endpoints.Restarted.ShouldBe(["stock", "stock"]);
        _process.ExitCode.ShouldBeNull();
    }

    [Proves("broker-endpoint-not-consuming")]
    [Fact]
    public async Task Watch_NothingHelpsForThirtySeconds_EndsTheProcess()
    {
        _endpoints.Idle.Add("stock");

        await PassAsync(seconds: 30);
        _process.ExitCode.ShouldBeNull();
        _clock.Advance(1);
        await Eventually.HoldsAsync("the process to end", () => Task.FromResult(_process.ExitCode is not null), Ct);

        _process.ExitCode.ShouldBe(ConsumerWatchdog.ExitCode);
    }

    [Fact]
    public async Task Watch_BrokerDoesNotAnswer_HasPatience()
    {
        _endpoints.Idle.Add("stock");
        await PassAsync(seconds: 20);
        _endpoints.IsBrokerAway = true;
        await PassAsync(seconds: 120);
        _watchdog.Complaint.ShouldBeNull();
        _endpoints.IsBrokerAway = false;

        await PassAsync(seconds: 20);

        _process.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task Watch_LookOrRestartThrows_GoesOn()
    {
        _endpoints.Idle.Add("stock");
        _endpoints.Failure = new InvalidOperationException("no such luck");
        await PassAsync(seconds: 60);
        _endpoints.Failure = null;
        _endpoints.RestartFailure = new TimeoutException("does not stop");

        await PassAsync(seconds: 10);

        _endpoints.Restarted.ShouldBe(["stock"]);
        _process.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task Watch_ProcessWasFrozen_CountsOneLookOnly()
    {
        _endpoints.Idle.Add("stock");
        await PassAsync(seconds: 1);

        _clock.Advance(3600);
        await UntilItWaitsAsync();

        _process.ExitCode.ShouldBeNull();
    }

    [Fact]
    public async Task Stop_InTheMiddleOfALookThatFails_EndsInSilence()
    {
        _endpoints.Failure = new ObjectDisposedException("The bus.");
        _endpoints.OnLook = () => _watchdog.StopAsync(CancellationToken.None);

        _clock.Advance(1);

        await _watchdog.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    private async Task PassAsync(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            _clock.Advance(1);
            await UntilItWaitsAsync();
        }
    }

    private Task UntilItWaitsAsync() =>
        Eventually.HoldsAsync("the watchdog to wait", () => Task.FromResult(_clock.Timers == 1), Ct);

    private sealed class FakeEndpoints : IReceiveEndpoints
    {
        public HashSet<string> Idle { get; } = [];

        public List<string> Restarted { get; } = [];

        public bool IsBrokerAway { get; set; }

        public Exception? Failure { get; set; }

        public Exception? RestartFailure { get; set; }

        public Action OnLook { get; set; } = () => { };

        public Task<IReadOnlyList<EndpointLook>?> LookAsync(CancellationToken stop)
        {
            OnLook();
            return Failure is not null ? Task.FromException<IReadOnlyList<EndpointLook>?>(Failure)
                : Task.FromResult<IReadOnlyList<EndpointLook>?>(IsBrokerAway
                    ? null
                    : [.. ((string[])["sagas", "stock"]).Select(queue => new EndpointLook(queue, !Idle.Contains(queue)))]);
        }

        public Task RestartAsync(string queue, CancellationToken stop)
        {
            Restarted.Add(queue);
            return RestartFailure is null ? Task.CompletedTask : Task.FromException(RestartFailure);
        }
    }

    private sealed class FakeProcess : IProcessEnd, IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();

        public int? ExitCode { get; private set; }

        public CancellationToken ApplicationStarted => _started.Token;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => _started.Cancel();

        public void End(int exitCode) => ExitCode = exitCode;

        public void StopApplication()
        {
        }

        public void Dispose() => _started.Dispose();
    }
}
