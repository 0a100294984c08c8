using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Api;

/// <summary>
/// Gives a handler, once its request has been read, so much time and no more. The time of the whole request is kept by
/// ASP.NET's own middleware.
/// </summary>
internal sealed class HandlerTimeoutFilter(
    IOptions<ApiOptions> options, [SagaClock] TimeProvider clock) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var timeout = new CancellationTokenSource(options.Value.HandlerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token, context.HttpContext.RequestAborted);
        for (var i = 0; i < context.Arguments.Count; i++)
        {
            if (context.Arguments[i] is CancellationToken)
            {
                context.Arguments[i] = either.Token;
            }
        }

        try
        {
            return await next(context);
        }
        catch (Exception)
            when (timeout.IsCancellationRequested && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(Problems.HandlerTimeout(options.Value));
        }
    }
}
