using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Sagas.Dashboard.Api;

/// <summary>
/// Keeps <see cref="ApiOptions.HealthListen"/> for <c>/health</c>: its connections are counted apart, so that a probe is
/// answered while the others are all taken, and whoever may reach it reaches nothing else.
/// </summary>
internal sealed class HealthListener(RequestDelegate next, IOptions<ApiOptions> options, IServer server)
{
    private readonly Lazy<HashSet<int>> _ports = new(() => PortsOf(options.Value, server));

    public Task InvokeAsync(HttpContext context) =>
        _ports.Value.Contains(context.Connection.LocalPort) && !context.Request.Path.StartsWithSegments("/health")
            ? throw new ProblemException(Problems.OfStatus(StatusCodes.Status404NotFound, context))
            : next(context);

    /// <summary>The addresses are bound in their order, those of health last; a port may have been any that was free.</summary>
    private static HashSet<int> PortsOf(ApiOptions options, IServer server)
    {
        var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return [.. bound.TakeLast(ListenAddresses.OfHealth(options).Count).Select(x => BindingAddress.Parse(x).Port)];
    }
}
