using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Api;

/// <summary>Reads figures of all sagas.</summary>
internal static class OverviewEndpoints
{
    public static void MapOverview(this IEndpointRouteBuilder api)
    {
        var overview = api.MapGroup("/").WithTags("Overview").RequireAuthorization(ApiAccess.Read);
        overview.MapGet("/counts", CountAsync).WithName("GetCounts").WithProblems(408, 503)
            .WithSummary("How many sagas there are, by state and by definition.");
    }

    private static async Task<Ok<SagaCounts>> CountAsync(CountQueries counts, CancellationToken stop) =>
        TypedResults.Ok(await counts.ReadAsync(stop));
}
