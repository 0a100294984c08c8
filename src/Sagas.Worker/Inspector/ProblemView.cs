using Microsoft.AspNetCore.Http;
using Sagas.Worker.Inspector.Pages;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Inspector;

/// <summary>Shows problems to people, who ask with a browser and not for the API.</summary>
internal static class ProblemView
{
    public static bool IsWanted(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api")
        && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static PageResult<ProblemPage> Of(Problem problem) => new(
        new()
        {
            [nameof(ProblemPage.Status)] = problem.Status,
            [nameof(ProblemPage.Code)] = problem.Code,
            [nameof(ProblemPage.Detail)] = problem.Detail,
        },
        problem.Status);
}
