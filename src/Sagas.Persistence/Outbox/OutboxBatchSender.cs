using MassTransit;

namespace Sagas.Persistence;

/// <summary>
/// Sends a batch of messages so that one which cannot be sent is found out without harm to the others: first all of them,
/// in their order, before the first is confirmed; then those that failed one by one, since a refused message can take its neighbours' channel down with it.
/// </summary>
internal sealed class OutboxBatchSender(IOutboxTransport transport, TimeProvider clock)
{
    /// <returns>The results, and whether the broker was away: then none of the errors is a message's own.</returns>
    public async Task<(IReadOnlyList<DispatchResult> Results, bool IsBrokerAway)> SendAsync(
        IReadOnlyList<OutboxMessage> messages,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var results = await SendAllAsync(messages, timeout, cancellationToken);
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

            var again = await SendAllAsync([results[i].Row], timeout, cancellationToken);
            results[i] = again[0].SaysWhy ? again[0] : results[i];
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

    private async Task<DispatchResult[]> SendAllAsync(
        IReadOnlyList<OutboxMessage> rows, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sends = new List<Task>(rows.Count);
        foreach (var row in rows)
        {
            sends.Add(await StartAsync(row, either.Token));
        }

        var results = new DispatchResult[rows.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = new DispatchResult(rows[i], await ErrorOfAsync(sends[i]));
        }

        return results;

        async Task<Exception?> ErrorOfAsync(Task send)
        {
            try
            {
                await send;
                return null;
            }
            catch (OperationCanceledException) when (timer.IsCancellationRequested)
            {
                return new TimeoutException($"Not confirmed by the broker within {timeout}.");
            }
            catch (Exception exception)
            {
                return exception;
            }
        }
    }

    private async Task<Task> StartAsync(OutboxMessage row, CancellationToken giveUp)
    {
        try
        {
            giveUp.ThrowIfCancellationRequested();
            return await transport.StartAsync(CapturedMessage.From(row), giveUp);
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }
}
