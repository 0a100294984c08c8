using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Api;

/// <summary>Shows and steers the messages that the broker would not take.</summary>
internal static class OutboxEndpoints
{
    public static void MapOutbox(this IEndpointRouteBuilder api)
    {
        var parked = api.MapGroup("/outbox/parked").WithTags("Outbox");
        parked.MapGet("/", ListAsync).WithName("ListParkedMessages").WithPaging().WithProblems(400, 408, 503)
            .WithSummary("The messages that the broker would not take, the oldest first.")
            .RequireAuthorization(ApiAccess.Read);
        parked.MapGet("/{number}", GetAsync).WithName("GetParkedMessage").WithProblems(400, 404, 408, 503)
            .WithSummary("One of them, with its body for who may see it.")
            .RequireAuthorization(ApiAccess.Read);
        parked.MapPost("/{number}/retry", RetryAsync).ForOperators<ReasonBody>(
            "RetryParkedMessage", "Has it sent again, with a full set of attempts.", 400, 404, 408, 413, 415, 503);
        parked.MapPost("/{number}/discard", DiscardAsync).ForOperators<ReasonBody>(
            "DiscardParkedMessage", "Deletes it for good.", 400, 404, 408, 413, 415, 503);
    }

    private static async Task<Ok<Page<ParkedMessageView>>> ListAsync(
        HttpRequest request, OutboxQueries outbox, IOptions<ApiOptions> options, CancellationToken stop)
    {
        var query = new QueryReader(request.Query, "cursor", "limit");
        return TypedResults.Ok(
            await outbox.ListAsync(query.Integer("cursor", 0, long.MaxValue) ?? 0, query.Limit(options.Value), stop));
    }

    private static async Task<Ok<ParkedMessageDetail>> GetAsync(
        string number, HttpContext context, OutboxQueries outbox, CancellationToken stop)
    {
        var message = Number(number);
        var detail = await outbox.FindAsync(message, stop) ?? throw NotFound(message);
        return TypedResults.Ok(await context.MayAsync(ApiAccess.Payloads) ? detail : detail.WithoutPayloads());
    }

    private static async Task<NoContent> RetryAsync(
        string number,
        [AsParameters] OperatorRequest<ReasonBody> request,
        ParkedMessages messages,
        CancellationToken stop)
    {
        var message = Number(number);
        return Done(message, await messages.RetryAsync(message, request.Operator, request.Reason, stop));
    }

    private static async Task<NoContent> DiscardAsync(
        string number,
        [AsParameters] OperatorRequest<ReasonBody> request,
        ParkedMessages messages,
        CancellationToken stop)
    {
        var message = Number(number);
        return Done(message, await messages.DiscardAsync(message, request.Operator, request.Reason, stop));
    }

    private static NoContent Done(long number, bool wasThere) =>
        wasThere ? TypedResults.NoContent() : throw NotFound(number);

    private static long Number(string text) => RouteValues.Number("number", text, long.MaxValue);

    private static ProblemException NotFound(long number) => new(new Problem(
        StatusCodes.Status404NotFound,
        ProblemCodes.MessageNotFound,
        $"No message with the number {number} is parked. It may have been sent or discarded by now.")
    {
        Parameter = "number",
    });
}
