namespace MassTransit;

/// <summary>Configures how a receive endpoint uses the inbox and outbox.</summary>
public interface IEntityFrameworkOutboxEndpointConfigurator
{
    /// <summary>
    /// Whether the inbox keeps a message from being consumed twice by the same consumer. The default is true. It costs
    /// a round trip and a row a delivery; switch it off where the consumer finds duplicates out by itself.
    /// </summary>
    bool DuplicateDetection { get; set; }
}
