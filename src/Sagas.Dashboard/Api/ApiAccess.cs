using Microsoft.AspNetCore.Authorization;

namespace Sagas.Dashboard.Api;

/// <summary>
/// The rights that the endpoints ask for. They are names of policies, and of the roles that keys and tokens have.
/// </summary>
internal static class ApiAccess
{
    /// <summary>To see sagas, definitions and figures, without what the sagas carry.</summary>
    public const string Read = "read";

    /// <summary>To start sagas and to change what happens to them. Includes <see cref="Read"/>.</summary>
    public const string Operate = "operate";

    /// <summary>To see what sagas carry: inputs, results and bodies of messages. Includes <see cref="Read"/>.</summary>
    public const string Payloads = "payloads";

    /// <summary>
    /// The right to see the metrics: <see cref="Read"/>, unless <see cref="ApiOptions.AnonymousMetrics"/>.
    /// </summary>
    public const string Metrics = "metrics";

    /// <summary>All that a key or a token may be given.</summary>
    public static readonly IReadOnlyList<string> Roles = [Read, Operate, Payloads];

    /// <summary>Says who has these rights: everybody, where neither keys nor tokens are demanded.</summary>
    public static void AddPolicies(AuthorizationOptions authorization, ApiOptions options)
    {
        Add(Read, Read, Operate, Payloads);
        Add(Operate, Operate);
        Add(Payloads, Payloads);
        Add(Metrics, options.AnonymousMetrics ? [] : [Read, Operate, Payloads]);

        void Add(string name, params string[] roles) => authorization.AddPolicy(name, policy =>
        {
            if (roles.Length == 0 || !options.DemandsCredentials)
            {
                policy.RequireAssertion(_ => true);
            }
            else
            {
                policy.RequireAuthenticatedUser().RequireRole(roles);
            }
        });
    }
}
