using System.Text.Json;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>Which results a step or its compensation gets, as the author says it.</summary>
internal static class ResultsRules
{
    public const string Property = "results";
    public const string Allowed = "Allowed: an array of the names of steps before, each once; [] for none";

    private const string HttpAllowed = "Remove it: a request over HTTP has the results that it names, as {results.step.id}";

    /// <summary>The names, or <see langword="null"/> where nothing is said.</summary>
    public static IReadOnlyList<string>? Read(ObjectReader owner, MistakeList mistakes)
    {
        if (owner.Array(Property, Allowed) is not { } array)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var (index, item) in array.Items.Index())
        {
            if (item.Type is JsonTokenType.String)
            {
                names.Add(item.Text);
            }
            else
            {
                mistakes.Add($"{owner.PathOf(Property)}[{index}]", item.Display, "is not a name", Allowed);
            }
        }

        return names;
    }

    /// <summary>Checks the names.</summary>
    /// <param name="results">The names, or <see langword="null"/> where nothing is said.</param>
    /// <param name="http">What is called, in place of a queue.</param>
    /// <param name="owner">Where the step or its compensation stands.</param>
    /// <param name="before">The steps whose results there are.</param>
    /// <param name="mistakes">Gets the mistakes.</param>
    public static void Check(
        IReadOnlyList<string>? results,
        HttpParticipant? http,
        string owner,
        IReadOnlyList<string> before,
        MistakeList mistakes)
    {
        var path = $"{owner}.{Property}";
        if (results is null)
        {
            return;
        }

        if (http is not null)
        {
            mistakes.Add(path, value: null, "stands beside http", HttpAllowed);
            return;
        }

        var known = new HashSet<string>();
        foreach (var (index, name) in results.Index())
        {
            if (!before.Contains(name))
            {
                mistakes.Add(
                    $"{path}[{index}]",
                    DisplayJson.Of(name),
                    "is no step before this one",
                    before.Count == 0 ? "There is no step before" : $"Steps before: {string.Join(", ", before)}");
            }
            else if (!known.Add(name))
            {
                mistakes.Add($"{path}[{index}]", DisplayJson.Of(name), "is there twice", "Remove one of the two");
            }
        }
    }
}
