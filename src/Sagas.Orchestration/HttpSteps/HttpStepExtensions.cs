using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Resilience;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>Adds what carries steps out over HTTP.</summary>
internal static class HttpStepExtensions
{
    public static void AddHttpSteps(this IBusRegistrationConfigurator bus)
    {
        bus.AddSectionOptions<HttpOptions>(HttpOptions.Section);
        bus.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>();
        bus.AddSingleton<IDeclarationCheck, HttpDeclarationCheck>();
        bus.AddSingleton<HttpStepRequests>();
        bus.AddSingleton(provider => CreateInvoker(
            provider.GetRequiredService<IOptions<HttpOptions>>().Value,
            provider.GetRequiredService<IOptions<BulkheadOptions>>().Value));
        bus.AddSingleton<HttpExchange>();
        bus.AddSingleton<HttpStepCaller>();
        bus.AddSingleton<StepsInFlight>();
        bus.AddSingleton<HttpStepPolls>();
        bus.AddSingleton<HttpStepHandover>();
        bus.AddConsumer<HttpStepConsumer>();
    }

    public static void ConfigureHttpSteps(this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        var options = context.GetRequiredService<IOptions<HttpOptions>>().Value;
        endpoint.PrefetchCount = options.ConcurrentSteps;
        endpoint.ConcurrentMessageLimit = options.ConcurrentSteps;
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseDatabaseRetry<SagaStoreDbContext>(context);
        endpoint.ConfigureConsumer<HttpStepConsumer>(context);
    }

    /// <summary>Redirects, cookies and credentials are nobody's but this project's own business.</summary>
    private static HttpMessageInvoker CreateInvoker(
        HttpOptions options, BulkheadOptions limits) => new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,

            // The call's own span is the one that the service is to join.
            ActivityHeadersPropagator = null,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = limits.ConnectionsPerRoute,

            // So that a change of the name's address is seen.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        });
}
