using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Access;

/// <summary>Adds who may use the API and the page, and what keeps others from it.</summary>
internal static class AccessExtensions
{
    public static void AddApiAccess(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IOperatorIdentity, OperatorIdentity>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<EndedSessions>();
        services.AddSingleton<TrustedProxies>();
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<AccessMetrics>();
        services.AddSingleton<AuthenticationFailures>();
        services.AddSingleton<ServerCertificate>();
        services.AddHostedService<AccessNotice>();
        services.AddAuthentication(AccessHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, AccessHandler>(AccessHandler.SchemeName, null)
            .AddCookie(Session.Scheme)
            .AddJwtBearer(Tokens.Scheme, _ => { });
        services.AddOptions<CookieAuthenticationOptions>(Session.Scheme)
            .Configure<IOptions<ApiOptions>, ApiKeys, EndedSessions>(Session.Configure)
            .Configure<IServiceProvider>((cookie, provider) => cookie.TimeProvider = provider.GetSagaClock());
        services.AddOptions<JwtBearerOptions>(Tokens.Scheme)
            .Configure<IOptions<ApiOptions>>(Tokens.Configure)
            .Configure<IServiceProvider>((bearer, provider) => bearer.TimeProvider = provider.GetSagaClock());
        services.AddDataProtection().SetApplicationName("Sagas");
        services.AddOptions<KeyManagementOptions>()
            .Configure<IOptions<ApiOptions>, ILoggerFactory>(SessionKeys.Configure);
        services.AddAuthorization();
        services.AddOptions<AuthorizationOptions>().Configure<IOptions<ApiOptions>>((authorization, api) =>
            ApiAccess.AddPolicies(authorization, api.Value));
        builder.WebHost.UseKestrelHttpsConfiguration();
        services.AddOptions<KestrelServerOptions>().Configure<ServerCertificate>((server, certificate) =>
            server.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificateSelector = (_, _) => certificate.Current().TargetCertificate;
                https.OnAuthenticate = (_, ssl) =>
                {
                    // With the certificates of intermediate authorities, which a selected one would be shown without.
                    ssl.ServerCertificateSelectionCallback = null;
                    ssl.ServerCertificateContext = certificate.Current();
                };
            }));
    }

    /// <summary>To be used before routing: what is refused here reaches no endpoint.</summary>
    public static void UseRequestGuard(this IApplicationBuilder app) => app.UseMiddleware<RequestGuard>();

    /// <summary>To be used first: from here on a request comes from where a trusted proxy says it does.</summary>
    public static void UseForwardedAddresses(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<TrustedProxies>();

        // Without any, the framework would trust everybody.
        if (proxies.Networks.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor,
                ForwardLimit = null,
            };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in proxies.Networks)
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            app.UseForwardedHeaders(forwarded);
        }
    }

    /// <summary>To be used where problems are answered.</summary>
    public static void UseRequestLimit(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<TrustedProxies>().Networks.Count > 0)
        {
            app.UseMiddleware<RequestLimit>();
        }
    }
}
