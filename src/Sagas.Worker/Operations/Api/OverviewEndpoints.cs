using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Worker.Operations.Queries;

namespace Sagas.Worker.Operations.Api;

/// <summary>Reads what is not about one saga: definitions and counts.</summary>
internal static class OverviewEndpoints
{
    public static void MapOverview(this IEndpointRouteBuilder api)
    {
        var overview = api.MapGroup("/").WithTags("Overview").RequireAuthorization(ApiAccess.Read);
        overview.MapGet("/counts", CountAsync).WithName("GetCounts").WithProblems(408, 503)
            .WithSummary("How many sagas there are, by state and by definition.");
        overview.MapGet("/definitions", ListAsync).WithName("ListDefinitions").WithProblems(408, 503)
            .WithSummary("The definitions that are loaded, and those that were ever used.");
        overview.MapGet("/definitions/{name}/{version}", GetAsync)
            .WithName("GetDefinition")
            .WithProblems(400, 404, 408, 503)
            .WithSummary("A definition with every default filled in.");
    }

    private static async Task<Ok<SagaCounts>> CountAsync(CountQueries counts, CancellationToken stop) =>
        TypedResults.Ok(await counts.ReadAsync(stop));

    private static async Task<Ok<IReadOnlyList<DefinitionView>>> ListAsync(
        DefinitionQueries definitions, CancellationToken stop) =>
        TypedResults.Ok(await definitions.ListAsync(stop));

    private static async Task<Ok<DefinitionDetail>> GetAsync(
        string name, string version, DefinitionQueries definitions, CancellationToken stop)
    {
        var number = RouteValues.Number("version", version, int.MaxValue);
        return TypedResults.Ok(
            await definitions.FindAsync(name, (int)number, stop)
            ?? throw new ProblemException(new Problem(
                StatusCodes.Status404NotFound,
                ProblemCodes.DefinitionNotFound,
                $"No definition is named '{Quoted.Of(name)}' and has the version {number}.")));
    }
}
