using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>Says what who asks may do beyond reaching the endpoint.</summary>
internal static class Rights
{
    /// <param name="context">The request.</param>
    /// <param name="right">One of <see cref="ApiAccess"/>.</param>
    public static async Task<bool> MayAsync(this HttpContext context, string right) =>
        (await context.RequestServices.GetRequiredService<IAuthorizationService>()
            .AuthorizeAsync(context.User, right)).Succeeded;
}
