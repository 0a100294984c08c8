using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Messages of this process's deliveries that must not overtake others which are not known to be confirmed: those of another
/// process, say, that has yet to delete them or has died. They wait here, and not in their delivery, until the others' rows
/// are gone. What waits for too long is the dispatcher's.
/// </summary>
internal sealed class OutboxFollowers<TDbContext>(
    OutboxStore<TDbContext> store,
    OutboxCleaner<TDbContext> cleaner,
    FailedSends<TDbContext> failedSends,
    OutboxSettings<TDbContext> settings,
    IOutboxTransport transport,
    DatabaseWatch<TDbContext> watch,
    [SagaClock] TimeProvider clock,
    ILogger<OutboxFollowers<TDbContext>> logger) : BackgroundService
    where TDbContext : DbContext
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Followers> _added =
        Channel.CreateUnbounded<Followers>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Sends the messages, in order, as soon as the rows are gone.</summary>
    public void Add(IReadOnlyList<CapturedMessage> messages, IEnumerable<long> predecessors)
    {
        _added.Writer.TryWrite(new Followers(messages, [.. predecessors], clock.GetTimestamp()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Followers> waiting = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (waiting.Count == 0)
                {
                    await _added.Reader.WaitToReadAsync(stoppingToken);
                }

                await Task.Delay(Pause, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // Stopping: one more look, and the dispatcher has the rest.
            }

            while (_added.Reader.TryRead(out var added))
            {
                waiting.Add(added);
            }

            waiting = await SendAsync(waiting);
        }
    }

    /// <returns>Those that still wait.</returns>
    private async Task<List<Followers>> SendAsync(List<Followers> waiting)
    {
        waiting.RemoveAll(one => clock.GetElapsedTime(one.Since) >= settings.Options.MessageDeliveryTimeout);
        if (!await TryFindFreeAsync(waiting))
        {
            return waiting;
        }

        // What some wait for may be what others have just sent.
        while (waiting.Where(one => one.Predecessors.Count == 0).ToArray() is { Length: > 0 } free)
        {
            await Task.WhenAll(free.Select(SendAsync));
            waiting = [.. waiting.Except(free)];
            DropConfirmed(waiting);
        }

        return waiting;
    }

    private void DropConfirmed(List<Followers> waiting)
    {
        waiting.ForEach(one => one.Predecessors.RemoveWhere(cleaner.IsConfirmed));
    }

    private async Task<bool> TryFindFreeAsync(List<Followers> waiting)
    {
        DropConfirmed(waiting);
        var unknown = waiting.SelectMany(one => one.Predecessors).ToHashSet();
        try
        {
            var open = unknown.Count == 0 ? unknown : await store.FindHoldingAsync(unknown, CancellationToken.None);
            if (unknown.Any(number => !open.Contains(number) && !cleaner.IsConfirmed(number)))
            {
                cleaner.NoteOtherProcess();
            }

            waiting.ForEach(one => one.Predecessors.IntersectWith(open));
            return true;
        }
        catch (Exception exception)
        {
            if (!watch.Failed(exception))
            {
                PersistenceLog.FollowersNotSent(logger, exception, typeof(TDbContext).Name);
            }

            return false;
        }
    }

    private async Task SendAsync(Followers followers)
    {
        foreach (var (index, message) in followers.Messages.Index())
        {
            try
            {
                using var timer = new CancellationTokenSource(settings.Options.MessageDeliveryTimeout, clock);
                await transport.SendAsync(message, timer.Token);
                cleaner.Add(message.Row.SequenceNumber);
            }
            catch (Exception exception)
            {
                PersistenceLog.DirectSendFailed(
                    logger, exception, message.Row.MessageId, message.Row.DestinationAddress);
                failedSends.Add([.. followers.Messages.Skip(index).Select(one => one.Row.SequenceNumber)]);
                return;
            }
        }
    }

    private sealed record Followers(IReadOnlyList<CapturedMessage> Messages, HashSet<long> Predecessors, long Since);
}
