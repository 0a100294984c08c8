namespace Sagas.Persistence;

/// <summary>The deliveries that share a transaction, as each of them sees it.</summary>
/// <remarks>All throw <see cref="SharedTransactionException"/> when the transaction has failed.</remarks>
internal interface IDeliveryGroup
{
    /// <summary>Has the database answer a query, together with those of the others.</summary>
    Task AskAsync(DeliveryQuery query);

    /// <summary>Hands in what the delivery writes, and waits until it is committed.</summary>
    Task CommitAsync(DeliveryWrites writes);

    /// <summary>Ends the delivery's part without a write; the others go on.</summary>
    void Leave();
}
