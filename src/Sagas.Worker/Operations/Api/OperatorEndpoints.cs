using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Contracts;
using Sagas.Worker.Operations.Commands;

namespace Sagas.Worker.Operations.Api;

/// <summary>What operators do to a saga. Each is recorded in its history with who and why.</summary>
internal static class OperatorEndpoints
{
    public static void MapOperatorCommands(this IEndpointRouteBuilder api)
    {
        var saga = api.MapGroup("/sagas/{id}").WithTags("Operators").RequireAuthorization(ApiAccess.Operate);
        Describe<ReasonBody>(
            saga.MapPost("/retry", RetryAsync), "RetrySaga", "Takes a suspended saga up again at the step where it stopped.");
        Describe<SkipBody>(
            saga.MapPost("/skip", SkipAsync), "SkipStep", "Takes a suspended saga up again behind the step where it stopped.");
        Describe<ReasonBody>(saga.MapPost("/cancel", CancelAsync), "CancelSaga", "Undoes a running saga.");
        Describe<ReasonBody>(saga.MapPost("/abort", AbortAsync), "AbortSaga", "Ends a suspended saga as it is.");
    }

    private static void Describe<TBody>(RouteHandlerBuilder endpoint, string name, string summary)
        where TBody : notnull => endpoint
        .WithName(name)
        .WithSummary(summary)
        .Accepts<TBody>("application/json")
        .WithHeader(OperatorIdentity.Header, "Who asks, where the request is not authenticated.")
        .WithProblems(400, 404, 408, 409, 413, 415, 503);

    private static async Task<Ok<CommandDone>> RetryAsync(
        string id,
        JsonBody<ReasonBody> body,
        HttpContext context,
        IOperatorIdentity who,
        SagaCommands commands,
        CancellationToken stop) => Done(await commands.RetryAsync(
            new RetrySaga
            {
                SagaId = RouteValues.SagaId(id),
                Operator = who.NameOf(context),
                Reason = Reasons.Checked(body.Value.Reason),
            },
            stop));

    private static async Task<Ok<CommandDone>> SkipAsync(
        string id,
        JsonBody<SkipBody> body,
        HttpContext context,
        IOperatorIdentity who,
        SagaCommands commands,
        CancellationToken stop) => Done(await commands.SkipAsync(
            new SkipStep
            {
                SagaId = RouteValues.SagaId(id),
                Step = body.Value.Step,
                Operator = who.NameOf(context),
                Reason = Reasons.Checked(body.Value.Reason),
            },
            stop));

    private static async Task<Ok<CommandDone>> CancelAsync(
        string id,
        JsonBody<ReasonBody> body,
        HttpContext context,
        IOperatorIdentity who,
        SagaCommands commands,
        CancellationToken stop) => Done(await commands.CancelAsync(
            new CancelSaga
            {
                SagaId = RouteValues.SagaId(id),
                Operator = who.NameOf(context),
                Reason = Reasons.Checked(body.Value.Reason),
            },
            stop));

    private static async Task<Ok<CommandDone>> AbortAsync(
        string id,
        JsonBody<ReasonBody> body,
        HttpContext context,
        IOperatorIdentity who,
        SagaCommands commands,
        CancellationToken stop) => Done(await commands.AbortAsync(
            new AbortSaga
            {
                SagaId = RouteValues.SagaId(id),
                Operator = who.NameOf(context),
                Reason = Reasons.Checked(body.Value.Reason),
            },
            stop));

    private static Ok<CommandDone> Done(Answer<CommandAccepted> answer)
    {
        var done = answer.OrProblem();
        return TypedResults.Ok(new CommandDone(done.SagaId, done.State));
    }
}
