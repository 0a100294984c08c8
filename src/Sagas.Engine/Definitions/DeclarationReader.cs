using System.Text.Json;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>Makes a declaration of a JSON document; reports what has not the right structure.</summary>
internal static class DeclarationReader
{
    private const string Parallel = "parallel";

    private static readonly string[] SagaProperties =
        ["$schema", "name", "version", "description", "deadline", "steps"];

    private static readonly string[] GroupProperties = [Parallel];

    private static readonly string[] StepProperties =
        ["name", "queue", "format", "http", "results", "timeout", "critical", "pivot", "retry", "compensation"];

    private static readonly string[] CompensationProperties = ["queue", "format", "http", "results", "timeout", "retry"];

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
        var groups = new List<GroupDeclaration>();
        return new SagaDeclaration(mistakes.Source)
        {
            Name = saga.Text("name", DeclarationRules.NameAllowed) ?? "",
            Version = saga.Integer("version", DeclarationRules.VersionAllowed) ?? 0,
            Description = saga.Text("description", DeclarationRules.DescriptionAllowed) ?? "",
            Deadline = saga.Time("deadline", DeclarationRules.TimeoutAllowed),
            Steps = ReadSteps(saga.Array("steps", DeclarationRules.StepsAllowed), groups, mistakes),
            Groups = groups,
        };
    }

    private static StepDeclaration?[] ReadSteps(
        JsonNodeWithPlace? steps, List<GroupDeclaration> groups, MistakeList mistakes)
    {
        var places = Places(steps, groups, mistakes).ToList();
        if (places.Count > DefinitionLimits.MaxSteps)
        {
            DeclarationRules.AddTooManySteps(places.Count, mistakes);
        }

        return
        [
            .. places
                .Take(DefinitionLimits.MaxSteps)
                .Select(place => ReadStep(place.Node, place.Path, place.Group, mistakes)),
        ];
    }

    /// <summary>Where the steps are, those of groups among the others.</summary>
    private static IEnumerable<(JsonNodeWithPlace Node, string Path, int? Group)> Places(
        JsonNodeWithPlace? steps, List<GroupDeclaration> groups, MistakeList mistakes)
    {
        for (var index = 0; index < steps?.Items.Count; index++)
        {
            var (node, path) = (steps.Items[index], $"steps[{index}]");
            if (!node.Members.Exists(member => member.Name == Parallel))
            {
                yield return (node, path, null);
                continue;
            }

            var group = new ObjectReader(node, path, GroupProperties, mistakes);
            var members = group.Array(Parallel, DeclarationRules.ParallelAllowed)?.Items ?? [];
            path = group.PathOf(Parallel);
            groups.Add(new GroupDeclaration(path, members.Count));
            for (var member = 0; member < members.Count; member++)
            {
                yield return (members[member], $"{path}[{member}]", groups.Count);
            }
        }
    }

    private static StepDeclaration? ReadStep(JsonNodeWithPlace node, string path, int? group, MistakeList mistakes)
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
            Path = path,
            Group = group,
            Name = step.Text("name", DeclarationRules.NameAllowed),
            Queue = step.Text("queue", DeclarationRules.QueueAllowed),
            Format = step.Format("format"),
            Http = HttpReader.Read(step, mistakes),
            Results = ResultsRules.Read(step, mistakes),
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
            Results = ResultsRules.Read(compensation, mistakes),
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
