using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>The rules of who carries a step out, and who undoes it: a queue or a call over HTTP, never both.</summary>
internal static class ParticipantRules
{
    private const string OneAllowed = "Allowed: queue or http, one of the two";
    private const string FormatAllowed = "Remove it: format is that of the commands to a queue";

    public static void Check(
        StepDeclaration step, string path, IReadOnlyList<string> before, MistakeList mistakes)
    {
        if (step.Http is null)
        {
            DeclarationRules.CheckQueue($"{path}.queue", step.Queue, mistakes);
            return;
        }

        CheckAlone(step.Queue, step.Format, path, mistakes);
        HttpRules.Check(step.Http, $"{path}.http", before, mistakes);
    }

    public static void Check(
        CompensationDeclaration compensation,
        StepDeclaration step,
        string path,
        IReadOnlyList<string> before,
        MistakeList mistakes)
    {
        if (compensation.Http is { } http)
        {
            CheckAlone(compensation.Queue, compensation.Format, path, mistakes);

            // The result of the step itself is there as well, unless the step is undone because its outcome is unknown.
            HttpRules.Check(http, $"{path}.http", step.Name is { } own ? [.. before, own] : before, mistakes);
        }
        else if (compensation.Queue is not null)
        {
            DeclarationRules.CheckQueue($"{path}.queue", compensation.Queue, mistakes);
        }
        else if (step.Http is not null)
        {
            mistakes.Add(
                path,
                value: null,
                "does not say what to call, and the step's own call would carry the step out again",
                "Allowed: an object with http, or with queue");
        }
    }

    private static void CheckAlone(string? queue, MessageFormat? format, string path, MistakeList mistakes)
    {
        if (queue is not null)
        {
            mistakes.Add($"{path}.queue", DisplayJson.Of(queue), "stands beside http", OneAllowed);
        }

        if (format is { } name)
        {
            mistakes.Add(
                $"{path}.format", DisplayJson.Of(MessageFormatNames.Of(name)), "stands beside http", FormatAllowed);
        }
    }
}
