using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Contracts;
using Sagas.Dashboard.Commands;

namespace Sagas.Dashboard.Api;

/// <summary>What operators do to a saga. Each is recorded in its history with who and why.</summary>
internal static class OperatorEndpoints
{
    private static readonly int[] ProblemStatuses = [400, 404, 408, 409, 413, 415, 503];

    public static void MapOperatorCommands(this IEndpointRouteBuilder api)
    {
        var saga = api.MapGroup("/sagas/{id}").WithTags("Operators");
        saga.MapPost("/retry", RetryAsync).ForOperators<ReasonBody>(
            "RetrySaga", "Takes a suspended saga up again at the step where it stopped.", ProblemStatuses);
        saga.MapPost("/skip", SkipAsync).ForOperators<SkipBody>(
            "SkipStep", "Takes a suspended saga up again behind the step where it stopped.", ProblemStatuses);
        saga.MapPost("/cancel", CancelAsync)
            .ForOperators<ReasonBody>("CancelSaga", "Undoes a running saga.", ProblemStatuses);
        saga.MapPost("/abort", AbortAsync)
            .ForOperators<ReasonBody>("AbortSaga", "Ends a suspended saga as it is.", ProblemStatuses);
    }

    private static async Task<Ok<CommandDone>> RetryAsync(
        string id, [AsParameters] OperatorRequest<ReasonBody> request, SagaCommands commands, CancellationToken stop) =>
        Done(await commands.RetryAsync(
            new RetrySaga { SagaId = RouteValues.SagaId(id), Operator = request.Operator, Reason = request.Reason },
            stop));

    private static async Task<Ok<CommandDone>> SkipAsync(
        string id, [AsParameters] OperatorRequest<SkipBody> request, SagaCommands commands, CancellationToken stop) =>
        Done(await commands.SkipAsync(
            new SkipStep
            {
                SagaId = RouteValues.SagaId(id),
                Step = request.Body.Step,
                Operator = request.Operator,
                Reason = request.Reason,
            },
            stop));

    private static async Task<Ok<CommandDone>> CancelAsync(
        string id, [AsParameters] OperatorRequest<ReasonBody> request, SagaCommands commands, CancellationToken stop) =>
        Done(await commands.CancelAsync(
            new CancelSaga { SagaId = RouteValues.SagaId(id), Operator = request.Operator, Reason = request.Reason },
            stop));

    private static async Task<Ok<CommandDone>> AbortAsync(
        string id, [AsParameters] OperatorRequest<ReasonBody> request, SagaCommands commands, CancellationToken stop) =>
        Done(await commands.AbortAsync(
            new AbortSaga { SagaId = RouteValues.SagaId(id), Operator = request.Operator, Reason = request.Reason },
            stop));

    private static Ok<CommandDone> Done(Answer<CommandAccepted> answer)
    {
        var done = answer.OrProblem();
        return TypedResults.Ok(new CommandDone(done.SagaId, done.State));
    }
}
