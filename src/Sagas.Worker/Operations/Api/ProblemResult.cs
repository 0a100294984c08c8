using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Sagas.Worker.Operations.Api;

/// <summary>Answers with a problem.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var details = new ProblemDetails
        {
            Status = problem.Status,
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Detail = problem.Detail,
        };
        details.Extensions["code"] = problem.Code;
        Add("pointer", problem.Pointer);
        Add("parameter", problem.Parameter);
        Add("sagaId", problem.SagaId);
        if (problem.RetryAfter is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        httpContext.Response.StatusCode = problem.Status;
        return httpContext.Response.WriteAsJsonAsync(
            details, ApiJson.Options, "application/problem+json", CancellationToken.None);

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                details.Extensions[name] = value;
            }
        }
    }
}
