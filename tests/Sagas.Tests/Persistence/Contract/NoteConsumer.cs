using MassTransit;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract;

public sealed record TakeNote(
    Guid CounterId,
    string Text,
    string? Destination = null,
    bool Fails = false,
    int Copies = 1,
    double DelaySeconds = 0);

/// <summary>A consumer that writes a tracked row and a queued one, publishes, and may fail.</summary>
public sealed class NoteConsumer(CounterDbContext notes, IDeliveryTransaction transaction) : IConsumer<TakeNote>
{
    public async Task Consume(ConsumeContext<TakeNote> context)
    {
        var message = context.Message;
        ReferenceEquals(transaction, context.GetPayload<IDeliveryTransaction>()).ShouldBeTrue();
        ReferenceEquals(transaction.DbContext, notes).ShouldBeTrue();
        notes.Add(new Note { Text = message.Text });
        for (var i = 1; i <= message.Copies; i++)
        {
            transaction.Insert(new StepBarrier
            {
                SagaId = message.CounterId,
                Step = $"{message.Text} {i}",
                Direction = "Execute",
                ReplyType = "Noted",
                Reply = "{\"ok\": true}",
                CreatedAt = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            });
        }

        await context.Publish(new Counted(message.CounterId, 1), c => c.Headers.Set("x-note", message.Text));
        if (message.Destination is { } destination)
        {
            var endpoint = await context.GetSendEndpoint(new Uri(destination));
            await endpoint.Send(new Counted(message.CounterId, 2));
        }

        await context.Publish(
            new Counted(message.CounterId, 3),
            c => c.Delay = message.DelaySeconds > 0 ? TimeSpan.FromSeconds(message.DelaySeconds) : null);
        if (message.Fails)
        {
            throw new InvalidOperationException("As the test wants it.");
        }
    }
}
