using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Commands;
using Sagas.Dashboard.Queries;
using Sagas.Orchestration.Resilience;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Api;

/// <summary>Shows and resets the circuit breakers of this worker.</summary>
internal static class CircuitEndpoints
{
    public static void MapCircuits(this IEndpointRouteBuilder api)
    {
        var circuits = api.MapGroup("/circuits").WithTags("Circuit breakers");
        circuits.MapGet("/", List).WithName("ListCircuits").WithProblems(408)
            .WithSummary("How the circuit breakers of the worker that answers stand.")
            .RequireAuthorization(ApiAccess.Read);
        circuits.MapPost("/{destination}/reset", ResetAsync).ForOperators<ReasonBody>(
            "ResetCircuit",
            "Closes the circuit breaker of a destination in the worker that answers.",
            400, 404, 408, 413, 415, 503);
    }

    private static Ok<IReadOnlyList<CircuitView>> List(CircuitQueries circuits) => TypedResults.Ok(circuits.List());

    private static async Task<NoContent> ResetAsync(
        string destination,
        [AsParameters] OperatorRequest<ReasonBody> request,
        CircuitBreakers circuits,
        OperatorActions actions,
        ILogger<CircuitBreakers> logger,
        CancellationToken stop)
    {
        var reason = request.Reason;
        if (!circuits.List().Any(x => x.Destination == destination))
        {
            throw new ProblemException(new Problem(
                StatusCodes.Status404NotFound,
                ProblemCodes.CircuitNotFound,
                $"This worker has not called '{Quoted.Of(destination)}' since it started. "
                    + "A destination is a host and port.")
            {
                Parameter = "destination",
            });
        }

        var who = request.Operator;
        await actions.RecordAsync(OperatorActions.CircuitReset, destination, who, reason, stop);
        circuits.Reset(destination);
        logger.CircuitReset(destination, who, reason);
        return TypedResults.NoContent();
    }
}
