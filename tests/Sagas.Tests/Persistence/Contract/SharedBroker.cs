using System.Text.Json;
using MassTransit;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>The broker of several processes, which may be away or refuse a message: what it took, in order.</summary>
internal sealed class SharedBroker : IDirectSender, IOutboxTransport
{
    private readonly Lock _lock = new();
    private readonly List<(Guid Key, int Number)> _taken = [];

    public bool IsAvailable { get; set; } = true;

    /// <summary>A number that it refuses.</summary>
    public int? Refused { get; set; }

    public IReadOnlyList<(Guid Key, int Number)> Taken
    {
        get
        {
            lock (_lock)
            {
                return [.. _taken];
            }
        }
    }

    /// <summary>What came of those that must keep their place, without copies of what had come before.</summary>
    public IReadOnlyList<int> Of(Guid key) =>
        [.. Taken.Where(x => x.Key == key && x.Number > 0).Select(x => x.Number).Distinct()];

    public Task<bool> AnswersAsync(CancellationToken giveUp) => Task.FromResult(IsAvailable);

    public Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken) =>
        Task.FromResult(SendAsync(message, cancellationToken));

    public Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
    {
        var counted = JsonElement.Parse(message.Row.Body).GetProperty("message");
        var number = counted.GetProperty("count").GetInt32();
        lock (_lock)
        {
            if (!IsAvailable)
            {
                throw new ConnectionException("The broker is away.");
            }

            if (number == Refused)
            {
                throw new InvalidOperationException("The broker refused it.");
            }

            _taken.Add((counted.GetProperty("counterId").GetGuid(), number));
            return Task.CompletedTask;
        }
    }

    public async Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        IConfirmations confirmations,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        foreach (var (index, message) in messages.Index())
        {
            try
            {
                await SendAsync(message, cancellationToken);
                confirmations.Add(message.Row.SequenceNumber);
            }
            catch (Exception)
            {
                // The dispatcher's, as with the sender that it stands for.
                return [.. messages.Skip(index).Select(one => one.Row.SequenceNumber)];
            }
        }

        return [];
    }
}
