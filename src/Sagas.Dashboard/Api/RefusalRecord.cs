using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Commands;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Api;

/// <summary>
/// Records what is refused an operator over HTTP before a worker's queue: no right to it, nothing of that name. What is
/// malformed is not recorded.
/// </summary>
internal sealed class RefusalRecord(
    RefusedCommands refused, OperatorActions actions, IOperatorIdentity identity, ILogger<RefusalRecord> logger)
{
    /// <summary>Records it. A database that is away changes nothing of the answer.</summary>
    /// <param name="context">The request, to an endpoint for operators; to others nothing is recorded.</param>
    /// <param name="problem">Why it was refused.</param>
    /// <param name="reason">Why it was wanted, if that has been read.</param>
    public async Task AddAsync(HttpContext context, Problem problem, string? reason)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<OperatorCommandMetadata>() is null
            || endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not { EndpointName: var action })
        {
            return;
        }

        var who = identity.NameOf(context);
        var target = Printable.Of(
            string.Join(' ', context.Request.RouteValues.OrderBy(x => x.Key == "version").Select(x => x.Value)));
        logger.CommandRefused(action, Quoted.Of(target), Printable.Of(who), problem.Code);
        var refusal = new RequestRefused { Code = problem.Code, Message = problem.Detail, SagaId = problem.SagaId };
        try
        {
            if (refused.RowOf(action, target, who, reason, refusal) is { } row)
            {
                await actions.AddAsync(row, context.RequestAborted);
            }
        }
        catch (Exception exception)
        {
            logger.RefusalNotRecorded(action, exception.GetType().Name);
        }
    }
}

/// <summary>Marks the endpoints of what operators do.</summary>
internal sealed class OperatorCommandMetadata
{
    public static readonly OperatorCommandMetadata Instance = new();
}

/// <summary>Records what an endpoint for operators refuses because there is nothing of that name, or in that state.</summary>
internal sealed class RefusalRecordFilter(RefusalRecord record) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ProblemException exception) when (!exception.IsRecorded
            && exception.Problem.Status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict)
        {
            var reason = context.Arguments.OfType<OperatorRequest<ReasonBody>>().FirstOrDefault()?.Body.Reason;
            await record.AddAsync(context.HttpContext, exception.Problem, reason);
            throw;
        }
    }
}
