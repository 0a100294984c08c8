namespace Sagas.Engine.Definitions;

/// <summary>
/// Gathers the mistakes of one definition: one for each place, nothing below a place that is wrong as a whole, and no
/// more than <see cref="Kept"/> of them in full, so that a file full of mistakes is answered with a text that one can
/// read.
/// </summary>
internal sealed class MistakeList(string source)
{
    /// <summary>How many mistakes are kept; the others are counted.</summary>
    public const int Kept = 100;

    private const int LongestValue = 80;

    private readonly List<DefinitionMistake> _mistakes = [];
    private readonly HashSet<string> _paths = [];
    private readonly Dictionary<string, int> _lines = [];

    public string Source => source;

    public int Count { get; private set; }

    /// <summary>The mistakes in the order of the document.</summary>
    public IReadOnlyList<DefinitionMistake> Mistakes => [.. _mistakes.OrderBy(mistake => mistake.Line ?? 0)];

    /// <summary>Remembers the line of a place, so that a mistake found there later can name it.</summary>
    public void Locate(string path, int line) => _lines.TryAdd(path, line);

    /// <summary>Adds that something is not there.</summary>
    public void Missing(string path, string allowed) => Add(path, value: null, "is missing", allowed);

    /// <summary>
    /// Adds what is wrong with a value; the first mistake at a place silences later ones there and below.
    /// </summary>
    public void Add(string path, string? value, string problem, string allowed)
    {
        if (!IsBelowMistake(path) && _paths.Add(path))
        {
            AddBeside(path, value, problem, allowed);
        }
    }

    /// <summary>Adds a mistake that silences no other one.</summary>
    public void AddBeside(string path, string? value, string problem, string allowed) =>
        Add(new DefinitionMistake(source, path, Shorten(value), problem, allowed) { Line = FindLine(path) });

    public void Add(DefinitionMistake mistake)
    {
        Count++;
        if (_mistakes.Count < Kept)
        {
            _mistakes.Add(mistake);
        }
    }

    private static string? Shorten(string? value) =>
        value is { Length: > LongestValue } ? string.Concat(value.AsSpan(0, LongestValue), "…") : value;

    private int? FindLine(string path)
    {
        for (string? place = path; place is not null; place = Parent(place))
        {
            if (_lines.TryGetValue(place, out var line))
            {
                return line;
            }
        }

        return null;
    }

    private bool IsBelowMistake(string path)
    {
        for (var place = Parent(path); place is not null; place = Parent(place))
        {
            if (_paths.Contains(place))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Parent(string path) =>
        path.Length == 0 ? null : path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
}
