using System.Collections.Concurrent;
using MassTransit;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What came out of the bus.</summary>
public sealed class Received
{
    public ConcurrentQueue<Counted> Counted { get; } = new();

    public ConcurrentQueue<ConsumeContext> Contexts { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();
}

public sealed class CountedConsumer(Received received) : IConsumer<Counted>
{
    public Task Consume(ConsumeContext<Counted> context)
    {
        received.Contexts.Enqueue(context);
        received.Counted.Enqueue(context.Message);
        return Task.CompletedTask;
    }
}

public sealed class FaultConsumer(Received received) : IConsumer<Fault>
{
    public Task Consume(ConsumeContext<Fault> context)
    {
        received.Faults.Enqueue(context.Message.Exceptions[0].Message);
        return Task.CompletedTask;
    }
}
