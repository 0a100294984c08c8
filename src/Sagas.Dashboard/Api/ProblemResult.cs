using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Sagas.Dashboard.Pages;

namespace Sagas.Dashboard.Api;

/// <summary>Answers with a problem.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (problem.RetryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (httpContext.Request.WantsPage())
        {
            return ProblemView.Of(problem).ExecuteAsync(httpContext);
        }

        httpContext.Response.StatusCode = problem.Status;
        var form = new ProblemForm
        {
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Status = problem.Status,
            Detail = problem.Detail,
            Code = problem.Code,
            Pointer = problem.Pointer,
            Parameter = problem.Parameter,
            SagaId = problem.SagaId,
        };

        // The request may have been given up by now; its problem is told all the same.
        return httpContext.Response.WriteAsJsonAsync(
            form, ApiJson.Options, "application/problem+json", CancellationToken.None);
    }
}
