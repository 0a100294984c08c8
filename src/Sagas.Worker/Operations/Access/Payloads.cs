using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Operations.Access;

/// <summary>Says who may see what sagas carry.</summary>
internal static class Payloads
{
    /// <summary>Whether who asks may see inputs, results and bodies of messages.</summary>
    public static async Task<bool> MaySeePayloadsAsync(this HttpContext context) =>
        (await context.RequestServices.GetRequiredService<IAuthorizationService>()
            .AuthorizeAsync(context.User, ApiAccess.Payloads)).Succeeded;
}
