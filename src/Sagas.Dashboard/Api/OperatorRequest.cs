using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>What an operator asks for, bound as parameters of an endpoint: with who asks, and why.</summary>
/// <typeparam name="TBody">The form of its body.</typeparam>
/// <param name="Json">The body as it came.</param>
/// <param name="Context">The request.</param>
/// <param name="Identity">Says who asks.</param>
internal sealed record OperatorRequest<TBody>(JsonBody<TBody> Json, HttpContext Context, IOperatorIdentity Identity)
    where TBody : class, IReasonBody
{
    public TBody Body => Json.Value;

    /// <summary>Who asks.</summary>
    public string Operator => Identity.NameOf(Context);

    /// <summary>Why.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public string Reason => Reasons.Checked(Body.Reason);
}
