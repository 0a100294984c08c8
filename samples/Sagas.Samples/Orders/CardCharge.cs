namespace Sagas.Samples.Orders;

/// <summary>A row of <c>card_charge</c>.</summary>
public sealed class CardCharge
{
    public Guid Id { get; set; }

    public Guid SagaId { get; set; }

    public string OrderId { get; set; } = "";

    public decimal Amount { get; set; }

    public DateTime ChargedAt { get; set; }

    public DateTime? RefundedAt { get; set; }
}
