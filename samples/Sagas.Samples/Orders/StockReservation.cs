namespace Sagas.Samples.Orders;

/// <summary>A row of <c>stock_reservation</c>.</summary>
public sealed class StockReservation
{
    public Guid Id { get; set; }

    public Guid SagaId { get; set; }

    public string OrderId { get; set; } = "";

    public string Sku { get; set; } = "";

    public int Quantity { get; set; }

    public DateTime ReservedAt { get; set; }

    public DateTime? ReleasedAt { get; set; }
}
