using System.Collections.Concurrent;
using MassTransit;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What came out of the bus.</summary>
public sealed class Received
{
    public ConcurrentQueue<Counted> Counted { get; } = new();

    public ConcurrentQueue<ConsumeContext> Contexts { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>The type of each fault's exception, and of what caused it.</summary>
    public ConcurrentQueue<(string Type, string? Cause)> FaultTypes { get; } = new();
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
        var exception = context.Message.Exceptions[0];
        received.FaultTypes.Enqueue((exception.ExceptionType, exception.InnerException?.ExceptionType));
        received.Faults.Enqueue(exception.Message);
        return Task.CompletedTask;
    }
}
