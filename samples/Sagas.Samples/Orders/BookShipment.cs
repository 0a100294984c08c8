using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.Orders;

/// <summary>Books the carrier for an order, and cancels it.</summary>
public sealed class BookShipment(SamplesDbContext database, TimeProvider time) : IStepParticipant
{
    public bool OnlyWrites(StepDirection direction)
    {
        return direction == StepDirection.Execute;
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var shipment = new Shipment
        {
            Id = id,
            SagaId = context.SagaId,
            OrderId = context.Input<OrderInput>().OrderId,
            TrackingNumber = $"TRACK-{id:N}",
            BookedAt = time.GetUtcNow().UtcDateTime,
        };
        database.Shipments.Add(shipment);
        return Task.FromResult(StepOutcome.Succeeded(new Result(shipment.TrackingNumber)));
    }

    public async Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var trackingNumber = context.ExecuteResult<Result>().TrackingNumber;
        var shipment = await database.Shipments.SingleAsync(
            row => row.TrackingNumber == trackingNumber, cancellationToken);
        shipment.CancelledAt = time.GetUtcNow().UtcDateTime;
        return StepOutcome.Succeeded();
    }

    private sealed record Result(string TrackingNumber);
}
