using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Viewing;

/// <summary>Writes a line for each saga that has changed since the last look.</summary>
internal sealed class SagaNews(CommandContext context)
{
    private readonly Dictionary<Guid, int> _told = [];
    private string? _lastProblem;

    public void Tell(Page<SagaSummary> page, string? problem)
    {
        if (problem != _lastProblem)
        {
            context.Error.WriteLine(problem ?? "The worker answers again.");
            _lastProblem = problem;
        }

        foreach (var saga in page.Items.Where(IsNews).OrderBy(x => x.UpdatedAt))
        {
            _told[saga.Id] = saga.Revision;
            context.WriteLine(
                $"{TimeText.Exactly(saga.UpdatedAt)}  {saga.Id}  {saga.Name} v{saga.Version}  {saga.State}  "
                + $"{SummaryText.Step(saga)}"
                + (saga.Failure is null ? "" : $"  {SummaryText.Why(saga)}"));
        }
    }

    private bool IsNews(SagaSummary saga) => !_told.TryGetValue(saga.Id, out var revision) || revision < saga.Revision;
}
