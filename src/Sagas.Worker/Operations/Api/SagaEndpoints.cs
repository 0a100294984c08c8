using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Sagas.Worker.Operations.Queries;

namespace Sagas.Worker.Operations.Api;

/// <summary>Reads sagas.</summary>
internal static class SagaEndpoints
{
    public static void MapSagas(this IEndpointRouteBuilder api)
    {
        var sagas = api.MapGroup("/sagas").WithTags("Sagas").RequireAuthorization(ApiAccess.Read);
        sagas.MapGet("/", ListAsync).WithName("ListSagas").WithSummary("Lists sagas, a page at a time.");
        sagas.MapGet("/{id}", GetAsync).WithName("GetSaga").WithSummary("A saga with its steps, input and results.");
        sagas.MapGet("/{id}/history", HistoryAsync).WithName("GetHistory")
            .WithSummary("What happened to a saga, from its start on.");
    }

    private static async Task<Ok<Page<SagaSummary>>> ListAsync(
        HttpRequest request, SagaQueries queries, IOptions<ApiOptions> options, CancellationToken stop) =>
        TypedResults.Ok(await queries.ListAsync(SagaFilterReader.Read(request.Query, options.Value), stop));

    private static async Task<Ok<SagaDetail>> GetAsync(string id, SagaQueries queries, CancellationToken stop)
    {
        var saga = RouteValues.SagaId(id);
        return TypedResults.Ok(
            await queries.FindAsync(saga, stop) ?? throw new ProblemException(Problems.SagaNotFound(saga)));
    }

    private static async Task<Ok<Page<HistoryView>>> HistoryAsync(
        string id, HttpRequest request, SagaQueries queries, IOptions<ApiOptions> options, CancellationToken stop)
    {
        var saga = RouteValues.SagaId(id);
        var query = new QueryReader(request.Query, "cursor", "limit");
        var page = await queries.HistoryAsync(
            saga, query.Integer("cursor", 0, int.MaxValue) ?? 0, query.Limit(options.Value), stop);
        return TypedResults.Ok(page ?? throw new ProblemException(Problems.SagaNotFound(saga)));
    }
}
