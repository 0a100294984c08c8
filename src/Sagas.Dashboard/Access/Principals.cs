using System.Security.Claims;

namespace Sagas.Dashboard.Access;

/// <summary>Who asks, however that was found out.</summary>
internal static class Principals
{
    private const string NameClaim = "name";
    private const string RoleClaim = "role";

    /// <param name="name">The name for the sagas' history.</param>
    /// <param name="roles">Names of roles, in any case.</param>
    public static ClaimsPrincipal Create(string name, IEnumerable<string> roles) => new(new ClaimsIdentity(
        [new(NameClaim, name), .. roles.Select(x => new Claim(RoleClaim, x.ToLowerInvariant()))],
        AccessHandler.SchemeName,
        NameClaim,
        RoleClaim));
}
