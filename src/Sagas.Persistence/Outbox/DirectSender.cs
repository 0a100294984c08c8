using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Sends pipelined: every message is on its way, in order, before the first confirmation is awaited. Only one that must not
/// overtake another waits until that one is confirmed.
/// </summary>
/// <remarks>
/// All messages of a delivery go the same way, past the bus or by it: channels have no order among them. Only those to
/// temporary queues, answers as a rule, always go by the bus.
/// </remarks>
internal sealed class DirectSender(
    CapturedMessageSender sender, [SagaClock] TimeProvider clock, ILogger<DirectSender> logger)
    : IDirectSender
{
    public async Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        IConfirmations confirmations,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sends = new List<(CapturedMessage Message, Task Confirmation)>(messages.Count);
        var ordered = new Dictionary<Guid, Task>();
        var immediate = messages.Where(message => !message.IsDelayed).ToArray();
        var publisher = route.Publisher is { } direct && immediate.Where(direct.Serves).All(direct.CanPublish)
            ? direct
            : null;
        foreach (var message in immediate)
        {
            if (message.Row.OrderingKey is not { } key)
            {
                sends.Add((message, await StartAsync(route, publisher, message, either.Token)));
                continue;
            }

            var send = ordered.TryGetValue(key, out var earlier)
                ? SendAfterAsync(earlier, route, publisher, message, either.Token)
                : await StartAsync(route, publisher, message, either.Token);
            ordered[key] = send;
            sends.Add((message, send));
        }

        var failed = new List<long>();
        foreach (var (message, confirmation) in sends)
        {
            try
            {
                await confirmation;
                confirmations.Add(message.Row.SequenceNumber);
            }
            catch (Exception exception)
            {
                PersistenceLog.DirectSendFailed(
                    logger, exception, message.Row.MessageId, message.Row.DestinationAddress);
                if (exception is MessageTooLargeException)
                {
                    sender.NoteNeverSent(message);
                }

                if (exception is not OperationCanceledException)
                {
                    failed.Add(message.Row.SequenceNumber);
                }
            }
        }

        return failed;
    }

    private async Task SendAfterAsync(
        Task earlier,
        MessageRoute route,
        IDirectPublisher? publisher,
        CapturedMessage message,
        CancellationToken cancellationToken)
    {
        await earlier;
        await await StartAsync(route, publisher, message, cancellationToken);
    }

    /// <summary>
    /// Starts a send; the outer task ends when the message is on its way, the inner one when it is confirmed.
    /// </summary>
    private async Task<Task> StartAsync(
        MessageRoute route,
        IDirectPublisher? publisher,
        CapturedMessage message,
        CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();

            // A publication that fails is not given to the bus: the connection may be waiting for this very delivery
            // to end before it takes in that a channel is closed, and the bus would wait for the connection.
            return publisher is not null && sender.TryPublish(publisher, message) is { } publishing
                ? publishing.WaitAsync(cancellationToken)
                : await StartByBusAsync(route, message, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }

    private async Task<Task> StartByBusAsync(
        MessageRoute route,
        CapturedMessage message,
        CancellationToken cancellationToken)
    {
        var endpoint =
            await route.Endpoints.GetSendEndpoint(message.Addresses.Destination).WaitAsync(cancellationToken);
        var sending = await sender.StartAsync(endpoint, message, isFirst: true, cancellationToken);
        return route.Publisher is { } publisher ? LearnAsync(sending, publisher, message) : sending;
    }

    private static async Task LearnAsync(Task sending, IDirectPublisher publisher, CapturedMessage message)
    {
        await sending;
        publisher.Learn(message);
    }
}
