using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Behind trusted proxies, whose connections are not counted: lets no address of a caller have more requests at once than
/// it could have connections.
/// </summary>
internal sealed class RequestLimit(RequestDelegate next, IOptions<ApiOptions> options, TrustedProxies proxies)
{
    private readonly CallerPlaces<IPAddress> _places = new(options.Value.MaxConnectionsPerAddress);

    public async Task InvokeAsync(HttpContext context)
    {
        if (CallerAddress.Of(context) is not { } address
            || proxies.Contain(address)
            || context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }

        using var place = _places.TryTake(CallerNetwork.Of(address))
            ?? throw new ProblemException(AccessProblems.TooManyRequests(options.Value));
        await next(context);
    }
}
