namespace Sagas.Samples.Orders;

/// <summary>A row of <c>shipment</c>.</summary>
public sealed class Shipment
{
    public Guid Id { get; set; }

    public Guid SagaId { get; set; }

    public string OrderId { get; set; } = "";

    public string TrackingNumber { get; set; } = "";

    public DateTime BookedAt { get; set; }

    public DateTime? CancelledAt { get; set; }
}
