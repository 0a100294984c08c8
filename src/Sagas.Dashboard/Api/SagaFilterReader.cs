using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Queries;

namespace Sagas.Dashboard.Api;

/// <summary>Reads which sagas a request wants to have listed.</summary>
internal static class SagaFilterReader
{
    private const int LongestText = 200;

    public static SagaFilter Read(IQueryCollection values, ApiOptions options)
    {
        var query = new QueryReader(
            values, "state", "name", "version", "from", "to", "text", "sort", "cursor", "limit");
        return new SagaFilter
        {
            States = [.. query.Texts("state").Select(x => State(x)).Distinct()],
            Name = query.Text("name"),
            Version = (int?)query.Integer("version", 1, int.MaxValue),
            From = Instant(query, "from"),
            To = Instant(query, "to"),
            Text = Search(query),
            Sort = Sort(query),
            Cursor = query.Text("cursor"),
            Limit = query.Limit(options),
        };
    }

    private static string State(string text) =>
        SagaStates.All.FirstOrDefault(x => x.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw QueryReader.Refuse(
            "state", $"'{Quoted.Of(text)}' is no state. Allowed: {string.Join(", ", SagaStates.All)}.");

    private static string? Search(QueryReader query) => query.Text("text") is { Length: > LongestText } text
        ? throw QueryReader.Refuse("text", $"'text' has {text.Length} characters. Allowed: 1 to {LongestText}.")
        : query.Text("text");

    private static SagaSort Sort(QueryReader query) => query.Text("sort") switch
    {
        null => SagaSort.Newest,
        var text when text.Equals(nameof(SagaSort.Newest), StringComparison.OrdinalIgnoreCase) => SagaSort.Newest,
        var text when text.Equals(nameof(SagaSort.Attention), StringComparison.OrdinalIgnoreCase) => SagaSort.Attention,
        var text => throw QueryReader.Refuse("sort", $"'sort' is '{Quoted.Of(text)}'. Allowed: newest, attention."),
    };

    private static DateTimeOffset? Instant(QueryReader query, string name)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return query.Text(name) is not { } text ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var instant) ? instant
            : throw QueryReader.Refuse(
                name,
                $"'{name}' is '{Quoted.Of(text)}', which is no instant. Write for instance 2026-01-31T12:00:00Z.");
    }
}
