namespace Sagas.Dashboard.Api;

/// <summary>Ends the handling of a request with a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;

    /// <summary>Whether the worker that refused it has recorded it, if it was an operator's command.</summary>
    public bool IsRecorded { get; init; }
}
