using System.Data.Common;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Queries;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Api;

/// <summary>
/// Turns what was thrown into a problem. What is the worker's own fault is logged, and what is the database's once for
/// each outage.
/// </summary>
internal sealed class ProblemHandler(
    IOptions<ApiOptions> options, DatabaseWatch<SagaStoreDbContext> watch, ILogger<ProblemHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception switch
        {
            ProblemException { Problem: var known } => known,
            InvalidCursorException => new(
                StatusCodes.Status400BadRequest, ProblemCodes.InvalidCursor, exception.Message)
            {
                Parameter = "cursor",
            },
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(options.Value),
            BadHttpRequestException bad => Problems.OfStatus(bad.StatusCode, httpContext) with { Detail = bad.Message },
            _ when DatabaseFailures.IsTransient(exception) => Problems.DatabaseUnavailable(),
            _ when exception.Causes().OfType<DbException>().Any() => Problems.DatabaseRefusedRow(),
            _ when BrokerFailures.Show(exception) => Problems.BrokerUnavailable(),

            // Nothing else is read or written for a request than what came with it.
            IOException => Problems.OfStatus(StatusCodes.Status400BadRequest, httpContext) with
            {
                Detail = $"The request's body cannot be read: {exception.Message}",
            },
            _ => Problems.OfStatus(StatusCodes.Status500InternalServerError, httpContext),
        };
        watch.Failed(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError || problem.Code == ProblemCodes.DatabaseRefusedRow)
        {
            logger.RequestFailed(exception, httpContext.Request.Method, httpContext.Request.Path);
        }

        await new ProblemResult(problem).ExecuteAsync(httpContext);
        return true;
    }

    private static Problem TooLarge(ApiOptions options) => new(
        StatusCodes.Status413PayloadTooLarge,
        ProblemCodes.RequestTooLarge,
        $"The request's body has more than {options.MaxRequestBytes} bytes ({ApiOptions.Section}:"
        + $"{nameof(ApiOptions.MaxRequestBytes)}).");
}
