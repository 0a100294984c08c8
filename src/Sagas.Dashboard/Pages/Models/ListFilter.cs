using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Sagas.Dashboard.Api;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>What the list is narrowed to, as the page's address has it.</summary>
public sealed record ListFilter
{
    private static readonly Dictionary<string, TimeSpan> Ages = new()
    {
        ["15m"] = TimeSpan.FromMinutes(15),
        ["1h"] = TimeSpan.FromHours(1),
        ["24h"] = TimeSpan.FromHours(24),
        ["7d"] = TimeSpan.FromDays(7),
    };

    /// <summary>The ages that can be chosen, and what they are called.</summary>
    public static IReadOnlyList<(string Value, string Label)> AgeChoices { get; } =
    [
        ("", "at any time"),
        ("15m", "within 15 minutes"),
        ("1h", "within an hour"),
        ("24h", "within a day"),
        ("7d", "within a week"),
    ];

    /// <summary>The states; none is all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>The definition's name; empty is all.</summary>
    public string Name { get; init; } = "";

    /// <summary>How long ago a saga may have started: one of <see cref="AgeChoices"/>.</summary>
    public string Age { get; init; } = "";

    /// <summary>What is looked for.</summary>
    public string Text { get; init; } = "";

    /// <summary><c>attention</c> or <c>newest</c>.</summary>
    public string Sort { get; init; } = "attention";

    /// <summary>Where the page before ended; empty is the first page.</summary>
    public string Cursor { get; init; } = "";

    /// <summary>Whether anything is left out.</summary>
    public bool IsNarrow => States.Count > 0 || Name.Length > 0 || Age.Length > 0 || Text.Length > 0;

    /// <summary>The address of the page with this filter.</summary>
    public string Href => QueryHelpers.AddQueryString("/", Query()
        .Where(x => x.Value.Length > 0 && !(x.Key == "sort" && x.Value == "attention"))
        .Select(x => KeyValuePair.Create(x.Key, (string?)x.Value)));

    internal static ListFilter Read(IQueryCollection query) => new()
    {
        States = [.. query["state"].SelectMany(x => (x ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))],
        Name = query["name"].ToString(),
        Age = Ages.ContainsKey(query["age"].ToString()) ? query["age"].ToString() : "",
        Text = query["text"].ToString().Trim(),
        Sort = query["sort"].ToString() is { Length: > 0 } sort ? sort : "attention",
        Cursor = query["cursor"].ToString(),
    };

    /// <exception cref="ProblemException">A value is not allowed.</exception>
    internal SagaFilter ToQuery(ApiOptions options, DateTimeOffset now)
    {
        var values = Query().Where(x => x.Value.Length > 0 && x.Key != "age")
            .ToDictionary(x => x.Key, x => new StringValues(x.Value));
        var filter = SagaFilterReader.Read(new QueryCollection(values), options);
        return Ages.TryGetValue(Age, out var age) ? filter with { From = now - age } : filter;
    }

    private IEnumerable<KeyValuePair<string, string>> Query() =>
    [
        new("state", string.Join(',', States)),
        new("name", Name),
        new("age", Age),
        new("text", Text),
        new("sort", Sort),
        new("cursor", Cursor),
    ];
}
