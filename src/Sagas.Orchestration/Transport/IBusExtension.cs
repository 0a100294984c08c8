using MassTransit;

namespace Sagas.Orchestration.Transport;

/// <summary>What else lives on the worker's bus, for instance participants in the same process.</summary>
public interface IBusExtension
{
    /// <summary>Registers consumers.</summary>
    void Register(IBusRegistrationConfigurator bus);

    /// <summary>Configures their receive endpoints.</summary>
    void Configure(IRegistrationContext context, IBusFactoryConfigurator bus);
}
