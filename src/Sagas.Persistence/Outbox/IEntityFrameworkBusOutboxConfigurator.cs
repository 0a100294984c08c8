using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>
/// Configures the bus outbox. DisableDeliveryService leaves the sending of what this context's outbox holds to another
/// process: here one dispatcher serves the scopes and the consumers alike, so that what a crash leaves of either waits
/// for that process.
/// </summary>
public interface IEntityFrameworkBusOutboxConfigurator : IBusOutboxConfigurator
{
    /// <summary>
    /// Says nothing here: the dispatcher takes as many messages as <see cref="OutboxOptions.QueryMessageLimit"/> says,
    /// whoever wrote them, and sends them together.
    /// </summary>
    int MessageDeliveryLimit { set; }

    /// <inheritdoc cref="OutboxOptions.MessageDeliveryTimeout" />
    TimeSpan MessageDeliveryTimeout { get; set; }

    /// <summary>Changes nothing: the dispatcher sends many messages together always.</summary>
    void UseBulkDeliveryService();
}
