using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Writes what a scope sends to the outbox of the scope's context: it is saved with the next SaveChanges. The dispatcher
/// is woken then, and again when the scope ends, since a transaction of the scope's own may have committed since.
/// </summary>
internal sealed class BusOutboxContext<TDbContext>(
    TDbContext context,
    OutboxWakeSignal<TDbContext> signal,
    OutboxDatabases<TDbContext> databases,
    [SagaClock] TimeProvider clock,
    IServiceProvider provider) : IBusOutbox, IDisposable
    where TDbContext : DbContext
{
    private readonly Lock _lock = new();
    private bool _hasMessages;

    public async Task AddSend<T>(SendContext<T> send)
        where T : class
    {
        await databases.ThrowIfUnknownAsync(context, send.CancellationToken);
        var message = CapturedMessage.From(send, clock.GetUtcNow(), TimeSpan.Zero);
        lock (_lock)
        {
            context.Add(message.Row);
            if (!_hasMessages)
            {
                _hasMessages = true;
                context.SavedChanges += OnSaved;
            }
        }
    }

    public object? GetService(Type serviceType)
    {
        return provider.GetService(serviceType);
    }

    public void Dispose()
    {
        if (_hasMessages)
        {
            context.SavedChanges -= OnSaved;
            signal.Wake();
        }
    }

    private void OnSaved(object? sender, SavedChangesEventArgs saved)
    {
        if (saved.EntitiesSavedCount > 0)
        {
            signal.Wake();
        }
    }
}
