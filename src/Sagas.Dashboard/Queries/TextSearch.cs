using System.Text.RegularExpressions;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// What somebody looks for: a saga's id, or its first eight characters or more; otherwise an idempotency key, or words
/// of a failure.
/// </summary>
internal sealed partial class TextSearch
{
    private const string Lowest = "00000000-0000-0000-0000-000000000000";
    private const string Highest = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    private TextSearch(string text, (Guid, Guid)? ids, IReadOnlyList<string> words) =>
        (Text, Ids, Words) = (text, ids, words);

    /// <summary>The text itself.</summary>
    public string Text { get; }

    /// <summary>The first and the last id that begin as the text does, if it is one.</summary>
    public (Guid First, Guid Last)? Ids { get; }

    /// <summary>
    /// The words of the text, in lower case: each must begin a word of the failure's codes or messages.
    /// </summary>
    public IReadOnlyList<string> Words { get; }

    public static TextSearch Of(string text)
    {
        text = text.Trim();
        return IdOrItsBeginning().IsMatch(text) && Guid.TryParseExact(text + Lowest[text.Length..], "D", out var first)
            ? new TextSearch(text, (first, Guid.ParseExact(text + Highest[text.Length..], "D")), [])
            : new TextSearch(text, null, [.. Word().Matches(text).Select(x => x.Value.ToLowerInvariant())]);
    }

    [GeneratedRegex(@"\A[0-9a-fA-F-]{8,36}\z")]
    private static partial Regex IdOrItsBeginning();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();
}
