using System.Runtime.CompilerServices;
using Sagas.Contracts;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>Which results the commands of a step have.</summary>
internal static class StepResults
{
    private static readonly ConditionalWeakTable<StepDefinition, Needs> Known = [];

    /// <summary>
    /// The steps whose results a command has, or <see langword="null"/>: all that are known by then.
    /// </summary>
    /// <remarks>
    /// To execute, those that the step says; to compensate, the result of the step itself and those that the compensation
    /// says. A participant that is called over HTTP gets what its request names.
    /// </remarks>
    public static IReadOnlySet<string>? Of(SagaDefinition definition, StepDefinition step, StepDirection direction)
    {
        var needs = Known.GetValue(step, known => NeedsOf(definition, known));
        return direction == StepDirection.Execute ? needs.Execution : needs.Compensation;
    }

    private static Needs NeedsOf(SagaDefinition definition, StepDefinition step)
    {
        string[] steps = [.. definition.Steps.Select(other => other.Name)];
        return new Needs(
            step.Participant is HttpParticipant http ? Named(http, steps) : step.Results?.ToHashSet(),
            [
                step.Name,
                .. step.Compensation?.Results ?? [],
                .. step.Compensation?.Participant is HttpParticipant undone ? Named(undone, steps) : [],
            ]);
    }

    private static HashSet<string> Named(HttpParticipant http, string[] steps) =>
    [
        .. http.Placeholders().Select(placeholder => placeholder.ResultOf(steps)?.Step).OfType<string>(),
    ];

    private sealed record Needs(HashSet<string>? Execution, HashSet<string> Compensation);
}
