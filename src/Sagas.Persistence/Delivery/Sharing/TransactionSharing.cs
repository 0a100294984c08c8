namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>Goes with a delivery that may share a transaction with others.</summary>
internal sealed class TransactionSharing
{
    /// <summary>Whether it has turned out that the delivery cannot, and is to begin again, alone.</summary>
    public bool IsRefused { get; set; }
}
