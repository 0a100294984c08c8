using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>What the worker sent, by whichever way.</summary>
internal sealed class SentMessages
{
    private readonly Lock _lock = new();
    private readonly List<OutboxMessage> _messages = [];
    private readonly HashSet<long> _confirmed = [];

    public IReadOnlyList<OutboxMessage> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _messages.Clear();
            _confirmed.Clear();
        }
    }

    /// <summary>
    /// Whether a row is of a message that went out right after its commit: it is about to be deleted.
    /// </summary>
    public bool IsConfirmed(long sequenceNumber)
    {
        lock (_lock)
        {
            return _confirmed.Contains(sequenceNumber);
        }
    }

    private void Add(OutboxMessage message)
    {
        lock (_lock)
        {
            _messages.Add(message);
        }
    }

    private void AddConfirmed(IEnumerable<OutboxMessage> messages)
    {
        lock (_lock)
        {
            foreach (var message in messages)
            {
                _messages.Add(message);
                _confirmed.Add(message.SequenceNumber);
            }
        }
    }

    /// <summary>The way right after the commit.</summary>
    public sealed class Directly(IDirectSender sender, SentMessages sent) : IDirectSender
    {
        public async Task<IReadOnlyCollection<long>> SendAsync(
            MessageRoute route,
            IReadOnlyList<CapturedMessage> messages,
            IConfirmations confirmations,
            TimeSpan timeout,
            CancellationToken cancellationToken)
        {
            sent.AddConfirmed(messages.Select(message => message.Row));
            return await sender.SendAsync(route, messages, confirmations, timeout, cancellationToken);
        }
    }

    /// <summary>The way by the dispatcher.</summary>
    public sealed class ByDispatcher(IOutboxTransport transport, SentMessages sent) : IOutboxTransport
    {
        public bool IsAvailable => transport.IsAvailable;

        public Task<bool> AnswersAsync(CancellationToken giveUp) => transport.AnswersAsync(giveUp);

        public Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken) =>
            Task.FromResult(SendAsync(message, cancellationToken));

        public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
        {
            await transport.SendAsync(message, cancellationToken);
            sent.Add(message.Row);
        }
    }
}
