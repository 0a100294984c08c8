using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>A channel that is closed.</summary>
internal sealed class FailingSender : IDirectSender
{
    public Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        IConfirmations confirmations,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        return Task.FromResult<IReadOnlyCollection<long>>(
            [.. messages.Select(message => message.Row.SequenceNumber)]);
    }
}
