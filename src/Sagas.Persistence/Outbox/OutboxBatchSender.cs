using MassTransit;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Sends a batch of messages so that one which cannot be sent is found out without harm to the others: first all of them, in
/// their order, before the first is confirmed; then those that failed one by one, since a refused message can take its
/// neighbours' channel down with it.
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
            // What the broker rejected, it has answered by itself.
            if (results[i].Error is null or MessageRejectedException)
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

        if (results.Any(result => result.Error is null or MessageRejectedException)
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
        var sends = new List<Task<DispatchResult>>(rows.Count);
        var isStuck = false;
        foreach (var row in rows)
        {
            var send = isStuck
                ? Task.FromResult(new DispatchResult(
                    row, new TimeoutException($"Not sent: the broker did not take the one before it within {timeout}.")))
                : await StartAsync(row, timeout, cancellationToken);
            isStuck = isStuck || send is { IsCompleted: true, Result.Error: TimeoutException };
            sends.Add(send);
        }

        return await Task.WhenAll(sends);
    }

    /// <summary>
    /// Starts a send; the outer task ends when what is started after it cannot arrive before it, the inner one when the broker
    /// has confirmed it, or the time is over.
    /// </summary>
    private async Task<Task<DispatchResult>> StartAsync(
        OutboxMessage row, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var timer = new CancellationTokenSource(timeout, clock);
        var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        Task sending;
        try
        {
            sending = await transport.StartAsync(CapturedMessage.From(row), either.Token);
        }
        catch (Exception exception)
        {
            sending = Task.FromException(exception);
        }

        return EndAsync();

        async Task<DispatchResult> EndAsync()
        {
            using var first = timer;
            using var second = either;
            try
            {
                await sending;
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
}
