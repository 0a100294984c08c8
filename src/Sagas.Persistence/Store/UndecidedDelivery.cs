namespace Sagas.Persistence.Store;

/// <summary>
/// A payload of a delivery, by which what decides about a saga says that it cannot: nothing of the delivery is written
/// then, the saga's row included.
/// </summary>
internal sealed class UndecidedDelivery
{
    /// <summary>Why; <see langword="null"/> while the saga can be decided about.</summary>
    public string? Reason { get; set; }
}
