using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;
using Sagas.Persistence.Configuration;

namespace Sagas.Dashboard.Api;

/// <summary>Adds the API over HTTP.</summary>
internal static class ApiExtensions
{
    /// <summary>The path that every endpoint of this version begins with.</summary>
    public const string Prefix = "/api/v1";

    /// <summary>Adds the server and what the endpoints need.</summary>
    public static void AddSagaApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSectionOptions<ApiOptions>(ApiOptions.Section);
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.ConfigureHttpJsonOptions(x => ApiJson.Configure(x.SerializerOptions));
        services.AddExceptionHandler<ProblemHandler>();
        builder.AddApiAccess();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<ApiOptions>>(SetTimeout);
        services.AddOpenApi(x => x.Introduced());
        services.AddSingleton<SagaQueries>();
        services.AddSingleton<CountQueries>();
        services.AddSingleton<DefinitionQueries>();
        services.AddSingleton<OutboxQueries>();
        services.AddSingleton<CircuitQueries>();
        services.AddSingleton<SagaChanges>();
        services.AddSingleton<SagaCommands>();
        services.AddSingleton<OperatorActions>();
        services.AddSingleton<RefusalRecord>();
        services.AddSingleton<ParkedMessages>();
        services.AddSingleton<DefinitionWithdrawal>();
        services.AddSingleton<FeedPlaces>();
        builder.AddServer();
    }

    /// <summary>
    /// Says where to listen, and puts around the endpoints what all of them have: problems, timeouts, rights.
    /// </summary>
    public static void UseSagaApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;
        foreach (var address in ListenAddresses.All(options))
        {
            app.Urls.Add(address);
        }

        app.UseForwardedAddresses();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context =>
            new ProblemResult(Problems.OfStatus(context.HttpContext.Response.StatusCode, context.HttpContext))
                .ExecuteAsync(context.HttpContext));
        if (ListenAddresses.OfHealth(options).Count > 0)
        {
            app.UseMiddleware<HealthListener>();
        }

        app.UseRequestLimit();
        app.UseRequestGuard();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Adds the endpoints.</summary>
    public static void MapSagaApi(this WebApplication app)
    {
        app.MapSignIn();
        app.MapOpenApi().RequireAuthorization(ApiAccess.Read);
        var api = app.MapGroup(Prefix)
            .WithProblems(401, 403, 429)
            .AddEndpointFilter<RouteGroupBuilder, HandlerTimeoutFilter>();
        api.MapSagas();
        api.MapStart();
        api.MapOperatorCommands();
        api.MapOverview();
        api.MapOutbox();
        api.MapDefinitions();
        api.MapCircuits();
        app.MapGroup(Prefix).WithProblems(401, 403, 429).MapFeed();
    }

    private static void AddServer(this WebApplicationBuilder builder)
    {
        // Where to listen is the API's own setting; nothing else opens a port, whatever the image or the host has set.
        builder.Configuration["HTTP_PORTS"] = "";
        builder.Configuration["HTTPS_PORTS"] = "";
        builder.Configuration["URLS"] = "";
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ApiOptions>, ConnectionLimit>(
            (server, api, limit) =>
        {
            server.Configure();
            server.ConfigureEndpointDefaults(limit.AddTo);
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = api.Value.MaxRequestBytes;
            server.Limits.MaxConcurrentConnections = api.Value.MaxConnections;
            server.Limits.RequestHeadersTimeout = api.Value.HeaderTimeout;
            server.Limits.KeepAliveTimeout = api.Value.KeepAliveTimeout;
        });
        var enabled = builder.Configuration[$"{ApiOptions.Section}:{nameof(ApiOptions.Enabled)}"];
        var health = builder.Configuration[$"{ApiOptions.Section}:{nameof(ApiOptions.HealthListen)}"];
        if (bool.TryParse(enabled, out var isEnabled) && !isEnabled && string.IsNullOrWhiteSpace(health))
        {
            builder.Services.AddSingleton<IServer, NoServer>();
        }
    }

    private static void SetTimeout(RequestTimeoutOptions timeouts, IOptions<ApiOptions> api) =>
        timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = api.Value.RequestTimeout,
            TimeoutStatusCode = StatusCodes.Status408RequestTimeout,
            WriteTimeoutResponse = context =>
                new ProblemResult(Problems.RequestTimeout(api.Value)).ExecuteAsync(context),
        };
}
