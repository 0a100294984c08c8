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
        for (var i = 0; results.Length > 1 && i < results.Length && !cancellationToken.IsCancellationRequested; i++)
        {
            if (results[i].Error is null)
            {
                continue;
            }

            if (await IsBrokerAwayAsync(results, timeout, cancellationToken))
            {
                return (results, true);
            }

            var again = await SendAsync(results[i].Row, timeout, cancellationToken);
            results[i] = again.SaysWhy ? again : results[i];
        }

        return (results, await IsBrokerAwayAsync(results, timeout, cancellationToken));
    }

    /// <summary>A broker that takes no message is in trouble itself; one that takes another has an objection to these.</summary>
    private async Task<bool> IsBrokerAwayAsync(
        DispatchResult[] results,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        if (!transport.IsAvailable || results.Any(result => result.Error is TransportUnavailableException))
        {
            return true;
        }

        if (results.Any(result => result.Error is null)
            || !results.Any(result => result.Error is TimeoutException or OperationCanceledException or ConnectionException))
        {
            return false;
        }

        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        return !await transport.AnswersAsync(either.Token);
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
