using MassTransit;
using Sagas.Contracts;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Declares the events' exchanges when the bus starts, so that a consumer can bind to them before the first event.
/// </summary>
internal static class PublishTopology
{
    /// <summary>The events.</summary>
    public static readonly IReadOnlyList<Type> Events =
    [
        typeof(SagaStarted), typeof(SagaStepCompleted), typeof(SagaStepFailed), typeof(SagaCompensating),
        typeof(SagaStepCompensated), typeof(SagaCompleted), typeof(SagaCompensated), typeof(SagaSuspended),
        typeof(SagaAborted),
    ];

    public static void Deploy(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.DeployPublishTopology = true;
        foreach (var type in Events)
        {
            bus.Publish(type);
        }
    }
}
