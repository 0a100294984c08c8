using System.Collections.Concurrent;
using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>What reached the outside, each message as often as it came.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<ConsumeContext> _entries = new();

    public IEnumerable<T> All<T>()
        where T : class
    {
        return Contexts<T>().Select(context => context.Message);
    }

    public IEnumerable<ConsumeContext<T>> Contexts<T>()
        where T : class
    {
        return _entries.OfType<ConsumeContext<T>>();
    }

    public void Add(ConsumeContext context)
    {
        _entries.Enqueue(context);
    }

    public async Task<T> UntilAsync<T>(Func<T, bool>? condition = null)
        where T : class
    {
        await Eventually.HoldsAsync(
            () => All<T>().Any(condition ?? (_ => true)), $"{typeof(T).Name} to be published");
        return All<T>().First(condition ?? (_ => true));
    }
}

public sealed class JournalConsumer(Journal journal)
    : IConsumer<OrderAccepted>,
        IConsumer<OrderReady>,
        IConsumer<Fault<SubmitOrder>>,
        IConsumer<Fault<ShipOrder>>,
        IConsumer<Fault<CountStock>>,
        IConsumer<Fault<CountShelf>>,
        IConsumer<StockCounted>,
        IConsumer<PaymentOverdue>
{
    public Task Consume(ConsumeContext<OrderAccepted> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<OrderReady> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<Fault<SubmitOrder>> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<Fault<ShipOrder>> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<Fault<CountStock>> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<Fault<CountShelf>> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<StockCounted> context)
    {
        return AddAsync(context);
    }

    public Task Consume(ConsumeContext<PaymentOverdue> context)
    {
        return AddAsync(context);
    }

    private Task AddAsync(ConsumeContext context)
    {
        journal.Add(context);
        return Task.CompletedTask;
    }
}
