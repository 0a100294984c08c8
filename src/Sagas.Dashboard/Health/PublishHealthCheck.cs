using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Dashboard.Health;

/// <summary>
/// Healthy while RabbitMQ accepts messages. A broker that is short of memory or disk answers, delivers what it has, and
/// takes nothing; it says so only to a connection that publishes, so that this one does: a message that goes nowhere,
/// over a connection of its own, every few seconds at most. A broker that does not answer is the bus's to report.
/// </summary>
internal sealed class PublishHealthCheck(BrokerConnectionString broker, [SagaClock] TimeProvider clock)
    : CachedHealthCheck(clock, TimeSpan.FromSeconds(5)), IAsyncDisposable
{
    /// <summary>The name of the check.</summary>
    public const string Name = "publishing";

    private const string Nowhere = "sagas.health.nowhere";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private IConnection? _connection;
    private IChannel? _channel;
    private volatile string? _alarm;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Dispose();
    }

    protected override async Task<HealthCheckResult> CheckAsync(CancellationToken stop)
    {
        if (_connection is { IsOpen: true } && _alarm is not null)
        {
            return Refuses(_alarm);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            await OpenAsync(limit.Token).WaitAsync(limit.Token);
            await _channel!.BasicPublishAsync("", Nowhere, ReadOnlyMemory<byte>.Empty, limit.Token);
            return HealthCheckResult.Healthy();
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            // It has looked at the message, which is all there is to know: this user may not write to that exchange.
            return HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return await RefusesInSilenceAsync();
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            await CloseAsync();
            return HealthCheckResult.Healthy("RabbitMQ does not answer; the check 'broker' says so.");
        }
    }

    private async Task<HealthCheckResult> RefusesInSilenceAsync()
    {
        if (_alarm is { } alarm)
        {
            // The message is confirmed when the alarm is over; the connection is of use again then.
            return Refuses(alarm);
        }

        await CloseAsync();
        return HealthCheckResult.Unhealthy($"RabbitMQ did not confirm a message within {Limit.TotalSeconds:F0} s.");
    }

    private static HealthCheckResult Refuses(string alarm) =>
        HealthCheckResult.Unhealthy($"RabbitMQ accepts no messages: {alarm}.");

    private async Task OpenAsync(CancellationToken stop)
    {
        if (_connection is { IsOpen: true } && _channel is { IsOpen: true })
        {
            return;
        }

        if (_connection is not { IsOpen: true })
        {
            await CloseAsync();
            var factory = broker.CreateFactory();
            factory.AutomaticRecoveryEnabled = false;
            _connection = await factory.CreateConnectionAsync("sagas: health", stop);
            _connection.ConnectionBlockedAsync += (_, blocked) =>
            {
                _alarm = blocked.Reason;
                return Task.CompletedTask;
            };
            _connection.ConnectionUnblockedAsync += (_, _) =>
            {
                _alarm = null;
                return Task.CompletedTask;
            };
        }

        _channel = await ConfirmedChannel.OpenAsync(_connection, stop);
    }

    private async Task CloseAsync()
    {
        (var connection, _connection, _channel, _alarm) = (_connection, null, null, null);
        if (connection is not null)
        {
            // The goodbye of a connection that is not read is not answered.
            await connection.DisposeAsync()
                .AsTask()
                .WaitAsync(Limit)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
