using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// Gives calls their room in this process: a place at their destination, a connection, memory for their payload, and
/// processor time, in this order. Who finds none in time is told why.
/// </summary>
internal sealed class Bulkheads : IDisposable
{
    private readonly ConcurrentDictionary<string, Bulkhead> _destinations = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _operations = new(StringComparer.Ordinal);
    private readonly BulkheadOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConcurrencyLimiter _connections;
    private readonly ConcurrencyLimiter _payload;
    private readonly CpuLimit _cpu;

    public Bulkheads(
        IOptions<BulkheadOptions> options, CpuLimit cpu, [SagaClock] TimeProvider clock, ResilienceMetrics metrics)
    {
        (_options, _cpu, _clock) = (options.Value, cpu, clock);
        _connections = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _options.Connections,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _payload = Bytes(_options.PayloadBytes);
        metrics.ObserveBulkheads(
            () => _destinations.Values,
            () => _options.Connections - _connections.GetStatistics()!.CurrentAvailablePermits,
            () => _options.PayloadBytes - _payload.GetStatistics()!.CurrentAvailablePermits,
            _options.ConcurrentCalls);
    }

    /// <summary>Whether a payload is larger than any call's may ever be.</summary>
    public bool IsTooLarge(long payloadBytes) => payloadBytes > _options.OperationPayloadBytes;

    /// <summary>Waits for room.</summary>
    /// <returns>The room, to be given back when the call is over; or why there is none.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<Room> EnterAsync(
        string destination, string operation, long payloadBytes, CancellationToken stop)
    {
        var bulkhead = _destinations.GetOrAdd(destination, name => new Bulkhead(name, _options));
        using var patience = new CancellationTokenSource(_options.MaxWait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        var room = new Room();
        try
        {
            await FillAsync(room, bulkhead, operation, (int)payloadBytes, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // It waited in line for what it was asking for, and found none in time.
        }
        catch
        {
            room.Dispose();
            throw;
        }

        if (room.Lacks is not null)
        {
            room.Dispose();
        }

        return room;
    }

    /// <summary>What it means that something was lacking, for people.</summary>
    public string Explain(string code, string destination, string operation) => code switch
    {
        DeferralCodes.BulkheadFull =>
            $"{_options.ConcurrentCalls} calls to {destination} are under way, and others wait in line.",
        DeferralCodes.ConnectionsBusy =>
            $"All connections are in use: {_options.ConnectionsPerRoute} to {destination}, "
                + $"or {_options.Connections} in all.",
        DeferralCodes.PayloadLimit =>
            $"As much payload is in flight as is allowed: {_options.OperationPayloadBytes} bytes for {operation}, or "
            + $"{_options.PayloadBytes} in all.",
        _ => $"The worker uses {_cpu.Percent:0} % of its processors, and begins no call over {_options.CpuPercent} %.",
    };

    public void Dispose()
    {
        foreach (var limiter in _operations.Values)
        {
            limiter.Dispose();
        }

        foreach (var bulkhead in _destinations.Values)
        {
            bulkhead.Dispose();
        }

        _connections.Dispose();
        _payload.Dispose();
    }

    private async Task FillAsync(
        Room room, Bulkhead bulkhead, string operation, int payload, CancellationToken patience)
    {
        room.Lacks = DeferralCodes.BulkheadFull;
        if (!room.Add(await AcquireAsync(bulkhead.Calls, patience)))
        {
            return;
        }

        room.Lacks = DeferralCodes.ConnectionsBusy;
        if (!room.Add(await AcquireAsync(bulkhead.Connections, patience))
            || !room.Add(await AcquireAsync(_connections, patience)))
        {
            return;
        }

        room.Lacks = DeferralCodes.PayloadLimit;
        var ofOperation = _operations.GetOrAdd(operation, _ => Bytes(_options.OperationPayloadBytes));
        if (payload > 0
            && (!room.Add(ofOperation.AttemptAcquire(payload)) || !room.Add(_payload.AttemptAcquire(payload))))
        {
            return;
        }

        room.Lacks = DeferralCodes.CpuBusy;
        room.Add(await _cpu.WaitAsync(patience));
        room.Lacks = null;
    }

    /// <summary>Without a line where there is room at once, however short the patience.</summary>
    private static async ValueTask<RateLimitLease> AcquireAsync(ConcurrencyLimiter limiter, CancellationToken patience)
    {
        var lease = limiter.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        return await limiter.AcquireAsync(1, patience);
    }

    private static ConcurrencyLimiter Bytes(int limit) => new(new ConcurrencyLimiterOptions { PermitLimit = limit });
}
