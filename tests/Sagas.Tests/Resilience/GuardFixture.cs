using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.HttpSteps;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Tests.Resilience;

/// <summary>A guard on a clock that stands still, whose process is idle, and whose logs and metrics are kept.</summary>
internal sealed class GuardFixture : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly MetricReader _metrics;

    public GuardFixture(Action<BulkheadOptions>? configure = null)
    {
        // The processor's part has tests of its own.
        var limits = new BulkheadOptions { CallCpuPercent = 0 };
        configure?.Invoke(limits);
        var services = new ServiceCollection();
        services.AddLogging(x => x.AddProvider(new LogListener(x => Log.Enqueue(x.Message))));
        services.AddMetrics();
        services.AddSingleton<ResilienceMetrics>();
        services.UseSagaClock(Clock);
        services.AddSingleton(Options.Create(limits));
        services.AddSingleton(Options.Create(new CircuitBreakerOptions()));
        services.AddSingleton(Options.Create(new ExternalCallOptions()));
        services.AddSingleton(new CpuLimit(limits, () => ProcessorTime, 1, Clock));
        services.AddSingleton<CircuitBreakers>();
        services.AddSingleton<Bulkheads>();
        services.AddSingleton<IDestinationGuard, DestinationGuard>();
        _services = services.BuildServiceProvider();
        _metrics = new MetricReader(_services.GetRequiredService<IMeterFactory>());
        Guard = _services.GetRequiredService<IDestinationGuard>();
        Breakers = _services.GetRequiredService<CircuitBreakers>();
    }

    public FakeClock Clock { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Stops the worker.</summary>
    public CancellationTokenSource Stop { get; } = new();

    public TimeSpan ProcessorTime { get; set; }

    public IDestinationGuard Guard { get; }

    public CircuitBreakers Breakers { get; }

    public static HttpStepAnswer Well { get; } = new HttpStepAnswer.Succeeded(null);

    public static HttpStepAnswer Unwell { get; } =
        new HttpStepAnswer.Failed("HTTP_503", "Busy.", Retryable: true) { DestinationFailed = true };

    /// <summary>The sum, or the last value, of an instrument's measurements with all these attributes.</summary>
    public double Metric(string name, params (string Key, string Value)[] attributes) =>
        _metrics.Read(name, attributes);

    public Task<GuardedCall> CallAsync(
        string destination,
        HttpStepAnswer? answer = null,
        long payloadBytes = 0,
        string operation = "order/charge-card") =>
        Guard.RunAsync(destination, operation, payloadBytes, _ => Task.FromResult(answer ?? Well), Stop.Token);

    /// <summary>A call that goes on until it is told to end, or its time is over.</summary>
    public Task<GuardedCall> HangAsync(
        string destination,
        TaskCompletionSource? end = null,
        long payloadBytes = 0,
        string operation = "order/charge-card") =>
        Guard.RunAsync(
            destination,
            operation,
            payloadBytes,
            async timeout =>
            {
                try
                {
                    await (end ?? new TaskCompletionSource()).Task.WaitAsync(timeout);
                    return Well;
                }
                catch (OperationCanceledException)
                {
                    return new HttpStepAnswer.Unknown("HTTP_TIMEOUT", "No answer.") { DestinationFailed = true };
                }
            },
            Stop.Token);

    public async Task OpenAsync(string destination)
    {
        for (var call = 0; call < 10; call++)
        {
            await CallAsync(destination, Unwell);
        }
    }

    public void Dispose()
    {
        Stop.Dispose();
        _metrics.Dispose();
        _services.Dispose();
    }
}
