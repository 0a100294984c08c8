using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Worker.Operations.Api;

/// <summary>The two rights that the endpoints ask for. Whoever may operate may read as well.</summary>
internal static class ApiAccess
{
    /// <summary>To see sagas, definitions and figures.</summary>
    public const string Read = "read";

    /// <summary>To start sagas and to change what happens to them.</summary>
    public const string Operate = "operate";

    public static void AddApiAccess(this IServiceCollection services)
    {
        services.AddSingleton<IOperatorIdentity, OperatorIdentity>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Read, Everybody)
            .AddPolicy(Operate, Everybody);
    }

    private static void Everybody(AuthorizationPolicyBuilder policy) => policy.RequireAssertion(_ => true);
}
