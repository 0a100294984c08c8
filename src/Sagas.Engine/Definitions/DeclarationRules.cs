using System.Globalization;
using System.Text.RegularExpressions;
using Sagas.Contracts.Text;

namespace Sagas.Engine.Definitions;

/// <summary>The rules that every declaration must keep, whether it comes from a file or from code.</summary>
internal static partial class DeclarationRules
{
    public const string NameAllowed =
        "Allowed: 1 to 100 lower-case letters, digits, '.', '_' and '-', the first one a letter or a digit";

    public const string QueueAllowed =
        "Allowed: 1 to 255 letters, digits, '.', '_', ':' and '-', the first one a letter, a digit or '_'; " +
        "not \"sagas\" or \"sagas.http\" (the worker's own), and nothing that starts with \"amq.\" (the broker's)";

    public const string VersionAllowed = "Allowed: 1 to 2147483647";
    public const string StepsAllowed = "Allowed: an array of 1 to 100 steps";
    public const string ParallelAllowed = "Allowed: an array of 2 to 100 steps, which start together";
    public const string RetriesAllowed = "Allowed: 0 to 100";
    public const string JitterAllowed = "Allowed: 0 to 1";
    public const string DescriptionAllowed = "Allowed: up to 2000 characters";

    public static readonly string TimeoutAllowed =
        $"Allowed: {Range(DefinitionLimits.MinTimeout, DefinitionLimits.MaxTimeout)}, as {Duration.Form}";

    public static readonly string IntervalAllowed =
        $"Allowed: {Range(DefinitionLimits.MinInterval, DefinitionLimits.MaxInterval)}, as {Duration.Form}";

    public static void Check(SagaDeclaration saga, MistakeList mistakes)
    {
        CheckText("name", saga.Name, NameForm(), NameAllowed, mistakes);
        if (saga.Version < 1)
        {
            mistakes.Add("version", Show(saga.Version), "is out of range", VersionAllowed);
        }

        if (saga.Description.Length > DefinitionLimits.MaxDescriptionLength)
        {
            mistakes.Add("description", DisplayJson.Of(saga.Description), "is too long", DescriptionAllowed);
        }

        CheckTimeout("deadline", saga.Deadline, mistakes);
        if (saga.Steps.Count == 0 && saga.Groups.Count == 0)
        {
            mistakes.Add("steps", value: null, "has no step", StepsAllowed);
        }
        else if (saga.Steps.Count > DefinitionLimits.MaxSteps)
        {
            AddTooManySteps(saga.Steps.Count, mistakes);
        }

        for (var i = 0; i < saga.Steps.Count; i++)
        {
            Check(saga.Steps[i], ResultsBefore(saga.Steps, i), mistakes);
        }

        foreach (var group in saga.Groups.Where(group => group.Steps < 2))
        {
            var problem = group.Steps == 0 ? "has no step" : "has one step, which runs alone anyway";
            mistakes.Add(group.Path, value: null, problem, ParallelAllowed);
        }

        CheckNames(saga.Steps, mistakes);
        CheckPivot(saga.Steps, mistakes);
    }

    public static void AddTooManySteps(int count, MistakeList mistakes) =>
        mistakes.AddBeside("steps", value: null, $"has {count} steps, which is too many", StepsAllowed);

    // Beside each other, the steps of a group have no results.
    private static string[] ResultsBefore(IReadOnlyList<StepDeclaration?> steps, int index) =>
    [
        .. steps
            .Take(index)
            .OfType<StepDeclaration>()
            .Where(step => step.Group is null || step.Group != steps[index]?.Group)
            .Select(step => step.Name)
            .OfType<string>(),
    ];

    private static void Check(StepDeclaration? step, IReadOnlyList<string> before, MistakeList mistakes)
    {
        if (step is null)
        {
            return;
        }

        var path = step.Path;
        CheckText($"{path}.name", step.Name, NameForm(), NameAllowed, mistakes);
        ParticipantRules.Check(step, path, before, mistakes);
        ResultsRules.Check(step.Results, step.Http, path, before, mistakes);
        CheckTimeout($"{path}.timeout", step.Timeout, mistakes);
        Check(step.Retry, $"{path}.retry", mistakes);
        if (step.Compensation is { } compensation)
        {
            var place = $"{path}.compensation";
            ParticipantRules.Check(compensation, step, place, before, mistakes);
            ResultsRules.Check(compensation.Results, compensation.Http, place, before, mistakes);
            CheckTimeout($"{place}.timeout", compensation.Timeout, mistakes);
            Check(compensation.Retry, $"{place}.retry", mistakes);
        }
    }

    private static void Check(RetryDeclaration? retry, string path, MistakeList mistakes)
    {
        if (retry is null)
        {
            return;
        }

        if (retry.Retries is < 0 or > DefinitionLimits.MaxRetries)
        {
            mistakes.Add($"{path}.retries", Show(retry.Retries.Value), "is out of range", RetriesAllowed);
        }

        if (retry.Jitter is < 0 or > DefinitionLimits.MaxJitter or double.NaN)
        {
            mistakes.Add($"{path}.jitter", Show(retry.Jitter.Value), "is out of range", JitterAllowed);
        }

        CheckInterval($"{path}.interval", retry.Interval, mistakes);
        CheckInterval($"{path}.maxInterval", retry.MaxInterval, mistakes);
        if (retry.Interval > retry.MaxInterval)
        {
            mistakes.Add(
                $"{path}.maxInterval",
                Show(retry.MaxInterval.Value),
                $"is shorter than interval, {Show(retry.Interval.Value)}",
                "Allowed: interval or longer");
        }
    }

    private static void CheckNames(IReadOnlyList<StepDeclaration?> steps, MistakeList mistakes)
    {
        var first = new Dictionary<string, string>();
        foreach (var step in steps)
        {
            if (step?.Name is { Length: > 0 } name && !first.TryAdd(name, step.Path))
            {
                mistakes.Add(
                    $"{step.Path}.name",
                    DisplayJson.Of(name),
                    $"is the name of {first[name]} as well",
                    "Every step of a definition has a name of its own");
            }
        }
    }

    private static void CheckPivot(IReadOnlyList<StepDeclaration?> steps, MistakeList mistakes)
    {
        string? pivot = null;
        foreach (var step in steps.OfType<StepDeclaration>())
        {
            if (step is { Pivot: true, Group: not null })
            {
                mistakes.Add(
                    $"{step.Path}.pivot",
                    "true",
                    "is in a parallel group, beside steps of which nobody knows yet whether they must be undone",
                    "Make the pivot a step of its own, before or behind the group");
            }
            else if (step.Pivot && pivot is not null)
            {
                mistakes.Add(
                    $"{step.Path}.pivot",
                    "true",
                    $"is a second pivot, after {pivot}",
                    "A saga turns forward-only once: at most one step is the pivot");
            }
            else if (step.Pivot)
            {
                pivot = step.Path;
            }

            if (pivot is not null && step.Compensation is not null)
            {
                mistakes.Add(
                    $"{step.Path}.compensation",
                    value: null,
                    $"can never run, because the pivot, {pivot}, and what follows it are not undone",
                    "Remove it, or move the pivot behind this step");
            }
        }
    }

    public static void CheckQueue(string path, string? queue, MistakeList mistakes) =>
        CheckText(path, queue, QueueForm(), QueueAllowed, mistakes);

    private static void CheckText(string path, string? text, Regex form, string allowed, MistakeList mistakes)
    {
        if (text is null)
        {
            mistakes.Missing(path, allowed);
        }
        else if (!form.IsMatch(text))
        {
            mistakes.Add(path, DisplayJson.Of(text), "is not allowed", allowed);
        }
    }

    private static void CheckTimeout(string path, TimeSpan? timeout, MistakeList mistakes)
    {
        if (timeout < DefinitionLimits.MinTimeout || timeout > DefinitionLimits.MaxTimeout)
        {
            mistakes.Add(path, Show(timeout.Value), "is out of range", TimeoutAllowed);
        }
    }

    private static void CheckInterval(string path, TimeSpan? interval, MistakeList mistakes)
    {
        if (interval < DefinitionLimits.MinInterval || interval > DefinitionLimits.MaxInterval)
        {
            mistakes.Add(path, Show(interval.Value), "is out of range", IntervalAllowed);
        }
    }

    private static string Range(TimeSpan from, TimeSpan to) => $"{Duration.Format(from)} to {Duration.Format(to)}";

    private static string Show(TimeSpan duration) => DisplayJson.Of(Duration.Format(duration));

    private static string Show(double number) => number.ToString(CultureInfo.InvariantCulture);

    // The patterns of DefinitionLimits with \z in place of $, which would let a trailing line break pass.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(
        @"^(?!sagas\z|sagas\.http\z|amq\.)[A-Za-z0-9_][A-Za-z0-9._:-]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueueForm();
}
