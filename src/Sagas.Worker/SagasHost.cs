using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Health;
using Sagas.Dashboard.Pages;
using Sagas.Engine.Definitions;
using Sagas.Orchestration;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Migrations;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker;

/// <summary>The worker as a host, which serves its API over HTTP.</summary>
public static class SagasHost
{
    /// <summary>Builds the worker from appsettings.json, the environment and the overrides, in this order.</summary>
    /// <param name="overrides">Settings by key, for instance <c>ConnectionStrings:Sagas</c>.</param>
    /// <param name="extensions">What else lives on the worker's bus.</param>
    /// <exception cref="SagaDefinitionException">A definition has mistakes; the message lists all of them.</exception>
    /// <exception cref="OptionsValidationException">
    /// Settings of one section are out of range. Those of several sections come in an <see cref="AggregateException"/>.
    /// </exception>
    /// <exception cref="FormatException">A connection string is not of its form.</exception>
    public static IHost Create(
        IReadOnlyDictionary<string, string?> overrides, params IReadOnlyList<IBusExtension> extensions)
    {
        var builder = CreateBuilder(overrides, extensions);
        var app = Check(Build(builder));
        _ = app.Services.GetRequiredService<SagaSchema>().PrepareAsync();
        app.UseUntracedProbes();
        app.UseSagaApi();
        app.MapSagaApi();
        app.MapInspector();
        app.MapSagaMetrics();
        app.MapSagaHealth();
        return app;
    }

    /// <summary>Reads the configuration as the worker does, without its services.</summary>
    internal static WebApplicationBuilder CreateEmptyBuilder(IReadOnlyDictionary<string, string?> overrides)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = "Sagas.Worker",
            Args = [],
        });
        builder.Configuration.AddInMemoryCollection(overrides);
        return builder;
    }

    /// <summary>The worker's services, unchecked.</summary>
    internal static WebApplicationBuilder CreateBuilder(
        IReadOnlyDictionary<string, string?> overrides, params IReadOnlyList<IBusExtension> extensions)
    {
        var builder = CreateEmptyBuilder(overrides);
        builder.AddSagaLogging();
        builder.AddSagaInstruments();
        builder.AddSagaExport();
        builder.AddSagaStore();
        builder.AddSagaDefinitions();
        builder.AddSagaResilience();
        builder.AddSagaTransport(extensions);
        builder.AddSagaTimers();
        builder.AddStoreGauges();
        builder.AddSagaHealth();
        builder.AddSagaApi();
        builder.AddInspector();
        return builder;
    }

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (OptionsValidationException)
        {
            // The host and its server are made of some of the settings. What is wrong with the others is said as well.
            using var services = (ServiceProvider)new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services);
            services.GetService<IStartupValidator>()?.Validate();
            throw;
        }
    }

    /// <summary>Says what is configured wrongly before anything starts, rather than in the middle of it.</summary>
    private static WebApplication Check(WebApplication host)
    {
        try
        {
            SettingSections.Check(host.Services);
            host.Services.GetService<IStartupValidator>()?.Validate();
            host.Services.GetService<MeterProvider>();
            host.Services.GetService<TracerProvider>();
            host.Services.GetRequiredService<SagaDefinitionCatalog>();
            return host;
        }
        catch
        {
            ((IDisposable)host).Dispose();
            throw;
        }
    }
}
