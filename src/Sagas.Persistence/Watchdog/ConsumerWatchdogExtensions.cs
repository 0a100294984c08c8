using MassTransit.DependencyInjection;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Watchdog;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Watches over the receive endpoints of a bus.</summary>
public static class ConsumerWatchdogExtensions
{
    /// <summary>
    /// Adds a watchdog, for buses on RabbitMQ: an endpoint that does not consume although the broker answers is started
    /// anew. If that does not help in <see cref="ConsumerWatchdogOptions.Patience"/>, it <b>ends the process</b> with
    /// exit code 3 and one log line that says why, for whatever runs the process to start it again; an outbox and a
    /// barrier make that harmless. Meanwhile the health check <c>consumers</c> is unhealthy. Not together with a kill
    /// switch, which stops endpoints on purpose.
    /// </summary>
    /// <param name="configurator">The bus registration.</param>
    /// <param name="configure">Sets the options.</param>
    public static void AddConsumerWatchdog(
        this IBusRegistrationConfigurator configurator, Action<ConsumerWatchdogOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        var options = configurator.AddOptions<ConsumerWatchdogOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        configurator.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ConsumerWatchdogOptions>, ConsumerWatchdogOptionsValidator>());
        configurator.TryAddSagaClock();
        configurator.TryAddSingleton<IProcessEnd, ProcessEnd>();
        configurator.TryAddSingleton<IReceiveEndpoints>(provider => new RabbitMqReceiveEndpoints(
            provider.GetRequiredService<Bind<IBus, IBusInstance>>().Value));
        configurator.TryAddSingleton<ConsumerWatchdog>();
        configurator.AddHostedService(provider => provider.GetRequiredService<ConsumerWatchdog>());
        configurator.AddHealthChecks().AddCheck<ConsumerWatchdogHealthCheck>("consumers");
    }
}
