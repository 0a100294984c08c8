using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>Never sends directly, as a process that dies after each commit.</summary>
internal sealed class NoSender : IDirectSender
{
    public Task<IReadOnlyCollection<long>> SendAsync(
        MessageRoute route,
        IReadOnlyList<CapturedMessage> messages,
        IConfirmations confirmations,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        return Task.FromResult<IReadOnlyCollection<long>>([]);
    }
}
