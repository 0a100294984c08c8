using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// Writes what a scope sends to the outbox of the scope's context: it is saved with the next SaveChanges, and the
/// dispatcher is woken when the scope ends.
/// </summary>
internal sealed class BusOutboxContext<TDbContext>(
    TDbContext context,
    OutboxWakeSignal<TDbContext> signal,
    OutboxDatabases<TDbContext> databases,
    TimeProvider clock,
    IServiceProvider provider) : IBusOutbox, IDisposable
    where TDbContext : DbContext
{
    private readonly Lock _lock = new();
    private bool _hasMessages;

    public Task AddSend<T>(SendContext<T> send)
        where T : class
    {
        databases.ThrowIfUnknown(context);
        var message = CapturedMessage.From(send, clock.GetUtcNow(), TimeSpan.Zero);
        lock (_lock)
        {
            context.Add(message.Row);
            _hasMessages = true;
        }

        return Task.CompletedTask;
    }

    public object? GetService(Type serviceType)
    {
        return provider.GetService(serviceType);
    }

    public void Dispose()
    {
        if (_hasMessages)
        {
            signal.Wake();
        }
    }
}
