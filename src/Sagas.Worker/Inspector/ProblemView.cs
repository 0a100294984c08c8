using Sagas.Worker.Inspector.Pages;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Inspector;

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
