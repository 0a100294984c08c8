using Sagas.Persistence.Delivery.Sharing;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Deliveries that share transactions.</summary>
public static class TransactionSharingExtensions
{
    /// <summary>
    /// Has deliveries of this endpoint that are in hand at the same moment share a transaction on PostgreSQL: one round
    /// trip loads and locks their sagas, one writes what has become of them. For sagas that are one flat row, in the
    /// pessimistic mode, whose activities ask the database for nothing, on an endpoint with UseEntityFrameworkOutbox
    /// without duplicate detection; any other delivery is found out and delivered again, alone. So is every one of a
    /// transaction that fails. To be called after retries are configured, and before the outbox is.
    /// </summary>
    /// <param name="configurator">The endpoint.</param>
    public static void UseSharedTransactions(this IReceiveEndpointConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.UseFilter(new TransactionSharingFilter(static _ => true));
    }
}
