using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.Orders;

/// <summary>Sets goods aside for an order, and puts them back.</summary>
public sealed class ReserveStock(SamplesDbContext database, TimeProvider time) : IStepParticipant
{
    public bool OnlyWrites(StepDirection direction)
    {
        return true;
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var order = context.Input<OrderInput>();
        if (order.Quantity < 1)
        {
            return Task.FromResult(StepOutcome.Failed("INVALID_QUANTITY", "Order at least one piece."));
        }

        var reservation = new StockReservation
        {
            Id = Guid.CreateVersion7(),
            SagaId = context.SagaId,
            OrderId = order.OrderId,
            Sku = order.Sku,
            Quantity = order.Quantity,
            ReservedAt = time.GetUtcNow().UtcDateTime,
        };
        database.StockReservations.Add(reservation);
        return Task.FromResult(StepOutcome.Succeeded(new Result(reservation.Id)));
    }

    public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Known by its key, the row need not be read; that it is there is checked when it is saved.
        var id = context.ExecuteResult<Result>().ReservationId;
        database.StockReservations.Attach(new StockReservation { Id = id }).Entity.ReleasedAt = time.GetUtcNow().UtcDateTime;
        return Task.FromResult(StepOutcome.Succeeded());
    }

    private sealed record Result(Guid ReservationId);
}
