#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>
/// Configures how a receive endpoint uses the inbox and outbox. MessageDeliveryTimeout is <see
/// cref="Sagas.Persistence.OutboxOptions.MessageDeliveryTimeout"/> for this endpoint; MessageDeliveryLimit says nothing
/// here, since all messages of a delivery are on their way before the first confirmation is awaited.
/// </summary>
public interface IEntityFrameworkOutboxEndpointConfigurator : IOutboxOptionsConfigurator
{
    /// <summary>
    /// Whether the inbox keeps a message from being consumed twice by the same consumer. The default is true. It costs
    /// a round trip and a row a delivery; switch it off where the consumer finds duplicates out by itself.
    /// </summary>
    bool DuplicateDetection { get; set; }
}
