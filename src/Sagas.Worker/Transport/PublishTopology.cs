using MassTransit;
using Sagas.Contracts;

namespace Sagas.Worker.Transport;

/// <summary>
/// Declares the events' exchanges when the bus starts, so that a consumer can bind to them before the first event.
/// </summary>
internal static class PublishTopology
{
    public static void Deploy(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.DeployPublishTopology = true;
        bus.Publish<SagaStarted>();
        bus.Publish<SagaStepCompleted>();
        bus.Publish<SagaStepFailed>();
        bus.Publish<SagaCompensating>();
        bus.Publish<SagaStepCompensated>();
        bus.Publish<SagaCompleted>();
        bus.Publish<SagaCompensated>();
        bus.Publish<SagaSuspended>();
        bus.Publish<SagaAborted>();
    }
}
