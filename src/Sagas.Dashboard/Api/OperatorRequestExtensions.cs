using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>Describes what operators ask for.</summary>
internal static class OperatorRequestExtensions
{
    /// <summary>An endpoint that takes an <see cref="OperatorRequest{TBody}"/> and the right to operate.</summary>
    /// <typeparam name="TBody">The form of its body.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="name">Its name, for generated clients.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="problems">The statuses of the problems that it may have.</param>
    public static RouteHandlerBuilder ForOperators<TBody>(
        this RouteHandlerBuilder endpoint, string name, string summary, params int[] problems)
        where TBody : class, IReasonBody => endpoint
        .WithName(name)
        .WithSummary(summary)
        .Accepts<TBody>("application/json")
        .WithHeader(OperatorIdentity.Header, "Who asks, where the request is not authenticated.")
        .WithProblems(problems)
        .WithMetadata(OperatorCommandMetadata.Instance)
        .AddEndpointFilter<RouteHandlerBuilder, RefusalRecordFilter>()
        .RequireAuthorization(ApiAccess.Operate);
}
