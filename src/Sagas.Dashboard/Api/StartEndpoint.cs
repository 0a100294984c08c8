using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Commands;
using Sagas.Orchestration.Transport.PlainJson;

namespace Sagas.Dashboard.Api;

/// <summary>Starts sagas.</summary>
internal static class StartEndpoint
{
    /// <summary>The key under which a request may be repeated.</summary>
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Says of an answer that an earlier request had started the saga already.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    public static void MapStart(this IEndpointRouteBuilder api) => api.MapPost("/sagas", StartAsync)
        .WithTags("Sagas")
        .WithName("StartSaga")
        .WithSummary("Starts a saga. What is answered with 201 is stored; "
            + "a repetition under the key is answered alike.")
        .RequireAuthorization(ApiAccess.Operate)
        .Accepts<StartBody>("application/json")
        .WithHeader(KeyHeader, "1 to 128 of A-Z a-z 0-9 . _ : - ; by default the worker makes one.")
        .WithHeader(OperatorIdentity.Header, "Who starts it, where the request is not authenticated.")
        .WithProblems(400, 404, 408, 409, 413, 415, 422, 503);

    private static async Task<Created<StartedSaga>> StartAsync(
        JsonBody<StartBody> body,
        HttpContext context,
        IOperatorIdentity identity,
        SagaCommands commands,
        CancellationToken stop)
    {
        if (body.Value.Input is { } input && JsonDepth.IsOver(MessageReader.MaxInputDepth, input))
        {
            throw new ProblemException(new Problem(
                StatusCodes.Status422UnprocessableEntity,
                RefusalCodes.InvalidInput,
                $"The input is nested more than {MessageReader.MaxInputDepth} levels deep. Store what is deeper elsewhere, or "
                    + "pass it as a text.")
            {
                Pointer = "/input",
            });
        }

        var key = KeyOf(context.Request);
        var request = new StartSaga
        {
            SagaName = body.Value.Name,
            Version = body.Value.Version,
            // What is no text, such as half of a surrogate pair, cannot even be sent.
            Input = body.Value.Input is { } given ? StorableJson.WithStorableTexts(given) : null,
            SagaId = body.Value.Id,
            IdempotencyKey = key,
        };
        var saga = (await commands.StartAsync(request, identity.NameOf(context), stop)).OrProblem();
        context.Response.Headers[KeyHeader] = key;
        if (saga.AlreadyStarted)
        {
            context.Response.Headers[ReplayedHeader] = "true";
        }

        return TypedResults.Created(
            $"{ApiExtensions.Prefix}/sagas/{saga.SagaId}", new StartedSaga(saga.SagaId, saga.SagaName, key));
    }

    private static string KeyOf(HttpRequest request) => request.Headers[KeyHeader] switch
    {
        { Count: 0 } => Guid.CreateVersion7().ToString(),
        [{ } key] => key,
        _ => throw new ProblemException(new Problem(
            StatusCodes.Status400BadRequest,
            RefusalCodes.InvalidIdempotencyKey,
            $"There is more than one header {KeyHeader}. Send one.")
        {
            Parameter = KeyHeader,
        }),
    };
}
