using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Sagas.Worker.Definitions;
using Sagas.Worker.Operations.Health;
using Sagas.Worker.Orchestration;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Worker;

/// <summary>The worker as a generic host.</summary>
public static class SagasHost
{
    /// <summary>Builds the worker from appsettings.json, the environment and the overrides, in this order.</summary>
    /// <param name="overrides">Settings by key, for instance <c>ConnectionStrings:Sagas</c>.</param>
    /// <param name="extensions">What else lives on the worker's bus.</param>
    /// <exception cref="SagaDefinitionException">A definition has mistakes; the message lists all of them.</exception>
    /// <exception cref="FormatException">A connection string is not of its form.</exception>
    public static IHost Create(
        IReadOnlyDictionary<string, string?> overrides, params IReadOnlyList<IBusExtension> extensions)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = "Sagas.Worker",
            Args = [],
        });
        builder.Configuration.AddInMemoryCollection(overrides);

        builder.AddSagaTelemetry();
        builder.AddSagaStore();
        builder.Services.AddSagaDefinitions(builder.Configuration);
        builder.AddSagaTransport(extensions);
        builder.AddSagaTimers();
        builder.AddSagaHealth();
        return builder.Build();
    }
}
