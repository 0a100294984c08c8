using Sagas.Persistence.Topology;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Exchanges and queues that somebody else has declared.</summary>
public static class ExistingTopologyExtensions
{
    /// <summary>
    /// Has the bus use exchanges and queues as they are where its user may not configure them, so that an administrator
    /// can declare them and the user needs no such right. The bus declares them all the same where it may. What the
    /// broker refuses to declare closes a channel that nothing else uses.
    /// </summary>
    /// <remarks>
    /// What is missing is not found by a declaration then, but by the first message: the broker closes the channel that
    /// it comes on. To be called before any other setting of the bus.
    /// </remarks>
    /// <param name="configurator">The bus on RabbitMQ.</param>
    /// <exception cref="ConfigurationException">The bus is none of MassTransit's own on RabbitMQ.</exception>
    public static void UseExistingTopology(this IRabbitMqBusFactoryConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        DeclaringSupervisor.Install(configurator);
    }
}
