using MassTransit;

namespace Sagas.Tests.Persistence.Contract;

public sealed record Announce(Guid Key, int Number);

/// <summary>
/// A consumer that publishes two messages which must keep their place, and one whose place does not matter.
/// </summary>
public sealed class AnnounceConsumer : IConsumer<Announce>
{
    public async Task Consume(ConsumeContext<Announce> context)
    {
        var (key, number) = context.Message;
        await context.Publish(new Counted(key, (2 * number) - 1), x => x.KeepOrder(key));
        await context.Publish(new Counted(key, 2 * number), x => x.KeepOrder(key));
        await context.Publish(new Counted(key, 0));
    }
}
