using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sagas.Worker.Operations.Commands;
using Sagas.Worker.Operations.Queries;
using Sagas.Worker.Resilience;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Operations.Api;

/// <summary>Shows and resets the circuit breakers of this worker.</summary>
internal static class CircuitEndpoints
{
    public static void MapCircuits(this IEndpointRouteBuilder api)
    {
        var circuits = api.MapGroup("/circuits").WithTags("Circuit breakers");
        circuits.MapGet("/", List).WithName("ListCircuits").WithProblems(408)
            .WithSummary("How the circuit breakers of the worker that answers stand.")
            .RequireAuthorization(ApiAccess.Read);
        circuits.MapPost("/{destination}/reset", ResetAsync).WithName("ResetCircuit").WithProblems(400, 404, 408, 413, 415, 503)
            .WithSummary("Closes the circuit breaker of a destination in the worker that answers.")
            .Accepts<ReasonBody>("application/json")
            .WithHeader(OperatorIdentity.Header, "Who asks, where the request is not authenticated.")
            .RequireAuthorization(ApiAccess.Operate);
    }

    private static Ok<IReadOnlyList<CircuitView>> List(CircuitQueries circuits) => TypedResults.Ok(circuits.List());

    private static async Task<NoContent> ResetAsync(
        string destination,
        JsonBody<ReasonBody> body,
        HttpContext context,
        IOperatorIdentity who,
        CircuitBreakers circuits,
        OperatorActions actions,
        ILogger<CircuitBreakers> logger,
        CancellationToken stop)
    {
        var reason = Reasons.Checked(body.Value.Reason);
        if (!circuits.List().Any(x => x.Destination == destination))
        {
            throw new ProblemException(new Problem(
                StatusCodes.Status404NotFound,
                ProblemCodes.CircuitNotFound,
                $"This worker has not called '{Quoted.Of(destination)}' since it started. A destination is a host and port.")
            {
                Parameter = "destination",
            });
        }

        var name = who.NameOf(context);
        await actions.RecordAsync(OperatorActions.CircuitReset, destination, name, reason, stop);
        circuits.Reset(destination);
        logger.CircuitReset(destination, name, reason);
        return TypedResults.NoContent();
    }
}
