using Microsoft.AspNetCore.Http;
using Sagas.Engine;

namespace Sagas.Dashboard.Api;

/// <summary>The name of who is authenticated; of others what they say themselves, which is marked as such.</summary>
internal sealed class OperatorIdentity : IOperatorIdentity
{
    /// <summary>The header in which a caller may say who it is.</summary>
    public const string Header = "Sagas-Operator";

    public string NameOf(HttpContext context)
    {
        var name = context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } known }
            ? known
            : $"{Claimed(context) ?? "anonymous"} ({CallerAddress.TextOf(context)})";
        return EngineText.Limit(name, EngineText.MaxOperator);
    }

    private static string? Claimed(HttpContext context) =>
        context.Request.Headers[Header].ToString().Trim() is { Length: > 0 } text ? text : null;
}
