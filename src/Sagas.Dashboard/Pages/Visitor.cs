using Microsoft.AspNetCore.Http;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Pages;

/// <summary>Who looks at the page, and what they may do: it offers nothing else.</summary>
/// <param name="Name">
/// The name that was authenticated; <see langword="null"/> where nobody has to say who they are.
/// </param>
/// <param name="MayOperate">Whether they may change what happens to sagas.</param>
/// <param name="MaySeePayloads">Whether they may see what sagas carry.</param>
public sealed record Visitor(string? Name, bool MayOperate, bool MaySeePayloads)
{
    internal static async Task<Visitor> OfAsync(HttpContext context) => new(
        context.User.Identity is { IsAuthenticated: true } identity ? identity.Name : null,
        await context.MayAsync(ApiAccess.Operate),
        await context.MayAsync(ApiAccess.Payloads));
}
