using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Samples.Database;

namespace Sagas.Samples.Orders;

/// <summary>Takes an order's amount from the customer's card, and gives it back.</summary>
public sealed class ChargeCard(SamplesDbContext database, TimeProvider time) : IStepParticipant
{
    private const decimal Limit = 10_000;

    public bool OnlyWrites(StepDirection direction)
    {
        return true;
    }

    public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var order = context.Input<OrderInput>();
        if (order.Amount > Limit)
        {
            return Task.FromResult(StepOutcome.Failed("CARD_DECLINED", $"The card is good for at most {Limit:N0}."));
        }

        var charge = new CardCharge
        {
            Id = Guid.CreateVersion7(),
            SagaId = context.SagaId,
            OrderId = order.OrderId,
            Amount = order.Amount,
            ChargedAt = time.GetUtcNow().UtcDateTime,
        };
        database.CardCharges.Add(charge);
        return Task.FromResult(StepOutcome.Succeeded(new Result(charge.Id)));
    }

    public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Known by its key, the row need not be read; that it is there is checked when it is saved.
        var id = context.ExecuteResult<Result>().ChargeId;
        database.CardCharges.Attach(new CardCharge { Id = id }).Entity.RefundedAt = time.GetUtcNow().UtcDateTime;
        return Task.FromResult(StepOutcome.Succeeded());
    }

    private sealed record Result(Guid ChargeId);
}
