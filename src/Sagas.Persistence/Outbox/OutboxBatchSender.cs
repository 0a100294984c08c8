using MassTransit;

namespace Sagas.Persistence;

/// <summary>
/// Sends a batch of messages so that one which cannot be sent is found out without harm to the others: first all at
/// once; then those that failed one by one, since a refused message can take its neighbours' channel down with it.
/// </summary>
internal sealed class OutboxBatchSender(IOutboxTransport transport, TimeProvider clock)
{
    /// <returns>The results, and whether the broker was away: then none of the errors is a message's own.</returns>
    public async Task<(IReadOnlyList<DispatchResult> Results, bool IsBrokerAway)> SendAsync(
        IReadOnlyList<OutboxMessage> messages,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(messages.Select(message => SendAsync(message, timeout, cancellationToken)));
        if (results.Length > 1)
        {
            for (var i = 0; i < results.Length && !cancellationToken.IsCancellationRequested; i++)
            {
                if (results[i].Error is null)
                {
                    continue;
                }

                results[i] = await SendAsync(results[i].Row, timeout, cancellationToken);
                if (results[i].Error is { } error && IsBrokerAway(error, isAnyConfirmed: IsAnyConfirmed(results)))
                {
                    return (results, true);
                }
            }
        }

        var isAnyConfirmed = IsAnyConfirmed(results);
        return (results, results.Any(result => result.Error is { } error && IsBrokerAway(error, isAnyConfirmed)));
    }

    private static bool IsAnyConfirmed(IEnumerable<DispatchResult> results)
    {
        return results.Any(result => result.Error is null);
    }

    private bool IsBrokerAway(Exception error, bool isAnyConfirmed)
    {
        // A broker that takes no message in time is in trouble itself; one that takes others has an objection to this
        // one.
        return !transport.IsAvailable
            || (!isAnyConfirmed && error is TimeoutException or OperationCanceledException)
            || (!isAnyConfirmed && error is ConnectionException or TransportUnavailableException);
    }

    private async Task<DispatchResult> SendAsync(
        OutboxMessage row,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await transport.SendAsync(CapturedMessage.From(row), either.Token);
            return new DispatchResult(row, null);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            return new DispatchResult(row, new TimeoutException($"Not confirmed by the broker within {timeout}."));
        }
        catch (Exception exception)
        {
            return new DispatchResult(row, exception);
        }
    }
}
