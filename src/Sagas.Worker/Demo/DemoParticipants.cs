using MassTransit;
using Sagas.Orchestration.Transport;
using Sagas.Samples;

namespace Sagas.Worker.Demo;

/// <summary>The sample participants in the worker's own process, on a database of their own.</summary>
internal sealed class DemoParticipants(string connectionString) : IBusExtension
{
    public void Register(IBusRegistrationConfigurator bus) => bus.AddSampleParticipants(connectionString);

    public void Configure(IRegistrationContext context, IBusFactoryConfigurator bus) => bus.ReceiveSampleSteps(context);
}
