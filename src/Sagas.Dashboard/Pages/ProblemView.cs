using Sagas.Dashboard.Api;
using Sagas.Dashboard.Pages.Components;

namespace Sagas.Dashboard.Pages;

/// <summary>Shows problems to people.</summary>
internal static class ProblemView
{
    public static PageResult<ProblemPage> Of(Problem problem) => new(
        new()
        {
            [nameof(ProblemPage.Status)] = problem.Status,
            [nameof(ProblemPage.Code)] = problem.Code,
            [nameof(ProblemPage.Detail)] = problem.Detail,
        },
        problem.Status);
}
