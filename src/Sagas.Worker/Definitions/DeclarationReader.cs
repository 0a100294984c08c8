using System.Text.Json;

namespace Sagas.Worker.Definitions;

/// <summary>Makes a declaration of a JSON document; reports what has not the right structure.</summary>
internal static class DeclarationReader
{
    private static readonly string[] SagaProperties = ["$schema", "name", "version", "description", "steps"];

    private static readonly string[] StepProperties =
        ["name", "queue", "format", "http", "timeout", "critical", "pivot", "retry", "compensation"];

    private static readonly string[] CompensationProperties = ["queue", "format", "http", "timeout", "retry"];

    private static readonly string[] RetryProperties = ["retries", "interval", "maxInterval", "jitter"];

    /// <returns><see langword="null"/> when there is no object to read.</returns>
    public static SagaDeclaration? Read(ReadOnlySpan<byte> document, MistakeList mistakes)
    {
        if (JsonReaderWithPlaces.Read(document, mistakes) is not { } root)
        {
            return null;
        }

        if (root.Type is not JsonTokenType.StartObject)
        {
            mistakes.Locate("", root.Line);
            mistakes.Add("", root.Display, "is not an object", "A definition is one JSON object");
            return null;
        }

        var saga = new ObjectReader(root, "", SagaProperties, mistakes);
        saga.Require("name", DeclarationRules.NameAllowed);
        saga.Require("version", DeclarationRules.VersionAllowed);
        saga.Require("steps", DeclarationRules.StepsAllowed);
        saga.Text("$schema", "Allowed: the address of the JSON schema");
        return new SagaDeclaration(mistakes.Source)
        {
            Name = saga.Text("name", DeclarationRules.NameAllowed) ?? "",
            Version = saga.Integer("version", DeclarationRules.VersionAllowed) ?? 0,
            Description = saga.Text("description", DeclarationRules.DescriptionAllowed) ?? "",
            Steps = ReadSteps(saga.Array("steps", DeclarationRules.StepsAllowed), mistakes),
        };
    }

    private static StepDeclaration?[] ReadSteps(JsonNodeWithPlace? steps, MistakeList mistakes)
    {
        if (steps is null)
        {
            return [];
        }

        if (steps.Items.Count > DefinitionLimits.MaxSteps)
        {
            DeclarationRules.AddTooManySteps(steps.Items.Count, mistakes);
        }

        return
        [
            .. steps.Items
                .Take(DefinitionLimits.MaxSteps)
                .Select((step, index) => ReadStep(step, $"steps[{index}]", mistakes)),
        ];
    }

    private static StepDeclaration? ReadStep(JsonNodeWithPlace node, string path, MistakeList mistakes)
    {
        if (node.Type is not JsonTokenType.StartObject)
        {
            mistakes.Locate(path, node.Line);
            mistakes.Add(path, node.Display, "is not an object", "Allowed: an object with name, and queue or http");
            return null;
        }

        var step = new ObjectReader(node, path, StepProperties, mistakes);
        return new StepDeclaration
        {
            Name = step.Text("name", DeclarationRules.NameAllowed),
            Queue = step.Text("queue", DeclarationRules.QueueAllowed),
            Format = step.Format("format"),
            Http = HttpReader.Read(step, mistakes),
            Timeout = step.Time("timeout", DeclarationRules.TimeoutAllowed),
            Critical = step.Flag("critical") ?? false,
            Pivot = step.Flag("pivot") ?? false,
            Retry = ReadRetry(step, mistakes),
            Compensation = ReadCompensation(step, mistakes),
        };
    }

    private static CompensationDeclaration? ReadCompensation(ObjectReader step, MistakeList mistakes)
    {
        const string Property = "compensation";
        if (step.Any(Property) is not { Type: not JsonTokenType.False } node)
        {
            return null;
        }

        if (node.Type is JsonTokenType.True)
        {
            return new CompensationDeclaration();
        }

        if (node.Type is not JsonTokenType.StartObject)
        {
            mistakes.Add(
                step.PathOf(Property),
                node.Display,
                "is not a compensation",
                "Allowed: true (every default), false (none) or an object");
            return null;
        }

        var compensation = new ObjectReader(node, step.PathOf(Property), CompensationProperties, mistakes);
        return new CompensationDeclaration
        {
            Queue = compensation.Text("queue", DeclarationRules.QueueAllowed),
            Format = compensation.Format("format"),
            Http = HttpReader.Read(compensation, mistakes),
            Timeout = compensation.Time("timeout", DeclarationRules.TimeoutAllowed),
            Retry = ReadRetry(compensation, mistakes),
        };
    }

    private static RetryDeclaration? ReadRetry(ObjectReader owner, MistakeList mistakes)
    {
        if (owner.Object("retry", $"Allowed: an object with {string.Join(", ", RetryProperties)}") is not { } node)
        {
            return null;
        }

        var retry = new ObjectReader(node, owner.PathOf("retry"), RetryProperties, mistakes);
        return new RetryDeclaration
        {
            Retries = retry.Integer("retries", DeclarationRules.RetriesAllowed),
            Interval = retry.Time("interval", DeclarationRules.IntervalAllowed),
            MaxInterval = retry.Time("maxInterval", DeclarationRules.IntervalAllowed),
            Jitter = retry.Number("jitter", DeclarationRules.JitterAllowed),
        };
    }
}
