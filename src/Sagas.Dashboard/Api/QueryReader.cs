using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sagas.Contracts.Text;

namespace Sagas.Dashboard.Api;

/// <summary>
/// Reads the query of a request: what is misspelt, or given twice, is refused rather than passed over.
/// </summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;

    public QueryReader(IQueryCollection query, params IReadOnlyList<string> known)
    {
        _query = query;
        if (query.Keys.FirstOrDefault(x => !known.Contains(x, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Refuse(
                Quoted.Of(unknown), $"'{Quoted.Of(unknown)}' is not known here. Allowed: {string.Join(", ", known)}.");
        }
    }

    public string? Text(string name) => _query[name] switch
    {
        { Count: 0 } => null,
        [{ Length: 0 }] => null,
        [{ } text] when !IsText(text) => throw Refuse(
            name, $"'{name}' has a control character or half of a surrogate pair, which no database keeps."),
        [var text] => text,
        _ => throw Refuse(name, $"'{name}' is given more than once."),
    };

    /// <summary>Several values: repeated, or separated by commas.</summary>
    public IReadOnlyList<string> Texts(string name) =>
    [
        .. _query[name].SelectMany(x =>
            (x ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
    ];

    public long? Integer(string name, long from, long to) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= from
            && number <= to
            ? number
            : throw Refuse(name, $"'{name}' is '{Quoted.Of(text)}'. Allowed: a whole number from {from} to {to}.");

    public int Limit(ApiOptions options) => (int)(Integer("limit", 1, options.MaxPageSize) ?? options.PageSize);

    public static ProblemException Refuse(string name, string detail) => new(Problems.InvalidParameter(name, detail));

    /// <summary>Whether it is Unicode without control characters (NUL among them, which PostgreSQL refuses).</summary>
    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++)))
            {
                return false;
            }
        }

        return true;
    }
}
