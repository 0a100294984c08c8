using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// The circuit breakers of this process, one a destination that was called since it started. Each worker learns by
/// itself.
/// </summary>
internal sealed class CircuitBreakers
{
    private readonly ConcurrentDictionary<string, CircuitBreaker> _breakers = new(StringComparer.OrdinalIgnoreCase);
    private readonly CircuitBreakerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ResilienceMetrics _metrics;
    private readonly ILogger<CircuitBreakers> _logger;

    public CircuitBreakers(
        IOptions<CircuitBreakerOptions> options,
        [SagaClock] TimeProvider clock,
        ResilienceMetrics metrics,
        ILogger<CircuitBreakers> logger)
    {
        (_options, _clock, _metrics, _logger) = (options.Value, clock, metrics, logger);
        metrics.ObserveCircuits(List);
    }

    /// <summary>How all of them stand, by their destinations' names.</summary>
    public IReadOnlyList<CircuitBreakerSnapshot> List() =>
        [.. _breakers.Values.Select(x => x.Snapshot()).OrderBy(x => x.Destination, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Closes the circuit breaker of a destination.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Reset(string destination)
    {
        if (!_breakers.TryGetValue(destination, out var breaker))
        {
            return false;
        }

        breaker.Reset();
        return true;
    }

    /// <summary>That of a destination.</summary>
    public CircuitBreaker Of(string destination) =>
        _breakers.GetOrAdd(destination, name => new CircuitBreaker(name, _options, _clock, Changed));

    private void Changed(CircuitChange change)
    {
        _metrics.CircuitChanged(change.Destination, change.State);
        if (change.State == CircuitState.Open)
        {
            _logger.CircuitOpened(change.Destination, _options.OpenDuration, change.Reason);
        }
        else
        {
            _logger.CircuitChanged(change.Destination, change.State, change.Reason);
        }
    }
}
