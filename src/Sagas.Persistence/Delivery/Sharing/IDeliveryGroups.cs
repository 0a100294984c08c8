namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>Brings deliveries together.</summary>
internal interface IDeliveryGroups
{
    /// <summary>Waits for a transaction that has room for the query, and until the query is answered.</summary>
    /// <exception cref="SharedTransactionException">The transaction failed.</exception>
    Task<DeliveryGroup> JoinAsync(DeliveryTransaction member, DeliveryQuery query);
}
