using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Inspector;

/// <summary>Finds out what who looks at the page may do, so that it offers nothing else.</summary>
internal sealed class Visitors(IAuthorizationService authorization)
{
    public async Task<Visitor> OfAsync(HttpContext context) => new(
        context.User.Identity is { IsAuthenticated: true } identity ? identity.Name : null,
        await MayAsync(context, ApiAccess.Operate),
        await MayAsync(context, ApiAccess.Payloads));

    private async Task<bool> MayAsync(HttpContext context, string right) =>
        (await authorization.AuthorizeAsync(context.User, context, right)).Succeeded;
}
