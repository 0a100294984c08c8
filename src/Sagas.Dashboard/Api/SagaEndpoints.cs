using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Api;

/// <summary>Reads sagas.</summary>
internal static class SagaEndpoints
{
    public static void MapSagas(this IEndpointRouteBuilder api)
    {
        var sagas = api.MapGroup("/sagas").WithTags("Sagas").RequireAuthorization(ApiAccess.Read);
        sagas.MapGet("/", ListAsync).WithName("ListSagas").WithSummary("Lists sagas, a page at a time.")
            .WithQueryList("state", "Only those in one of these states.", SagaStates.All)
            .WithQuery("name", "Only those of this definition.")
            .WithQuery("version", "Only those of this version of it.", JsonSchemaType.Integer)
            .WithQuery("from", "Only those started at this instant or later.")
            .WithQuery("to", "Only those started before this instant.")
            .WithQuery(
                "text", "A saga's id or its first 8 characters or more, an idempotency key, or words of a failure.")
            .WithQuery(
                "sort",
                "The last started first, or those that need somebody.",
                JsonSchemaType.String,
                "newest",
                "attention")
            .WithPaging()
            .WithProblems(400, 408, 503);
        sagas.MapGet("/{id}", GetAsync)
            .WithName("GetSaga")
            .WithSummary("A saga with its steps, and its input and results for who may see them.")
            .WithProblems(400, 404, 408, 503);
        sagas.MapGet("/{id}/history", HistoryAsync).WithName("GetHistory")
            .WithSummary("What happened to a saga, from its start on.")
            .WithPaging()
            .WithProblems(400, 404, 408, 503);
    }

    private static async Task<Ok<Page<SagaSummary>>> ListAsync(
        HttpRequest request, SagaQueries queries, IOptions<ApiOptions> options, CancellationToken stop) =>
        TypedResults.Ok(await queries.ListAsync(SagaFilterReader.Read(request.Query, options.Value), stop));

    private static async Task<Ok<SagaDetail>> GetAsync(
        string id, HttpContext context, SagaQueries queries, CancellationToken stop)
    {
        var saga = RouteValues.SagaId(id);
        var detail = await queries.FindAsync(saga, stop) ?? throw new ProblemException(Problems.SagaNotFound(saga));
        return TypedResults.Ok(await context.MayAsync(ApiAccess.Payloads) ? detail : detail.WithoutPayloads());
    }

    private static async Task<Ok<Page<HistoryView>>> HistoryAsync(
        string id, HttpRequest request, SagaQueries queries, IOptions<ApiOptions> options, CancellationToken stop)
    {
        var saga = RouteValues.SagaId(id);
        var query = new QueryReader(request.Query, "cursor", "limit");
        var page = await queries.HistoryAsync(
            saga, (int)(query.Integer("cursor", 0, int.MaxValue) ?? 0), query.Limit(options.Value), stop);
        return TypedResults.Ok(page ?? throw new ProblemException(Problems.SagaNotFound(saga)));
    }
}
