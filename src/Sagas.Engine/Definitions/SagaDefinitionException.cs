using System.Globalization;
using System.Text;

namespace Sagas.Engine.Definitions;

/// <summary>The saga definitions cannot be used. The message names every mistake, one a line.</summary>
public sealed class SagaDefinitionException : Exception
{
    /// <summary>Creates the exception for mistakes in definitions.</summary>
    /// <param name="mistakes">The mistakes to name.</param>
    /// <param name="total">How many there are, those that are not named included.</param>
    public SagaDefinitionException(IReadOnlyList<DefinitionMistake> mistakes, int total)
        : base(Compose(mistakes, total))
    {
        Mistakes = mistakes;
        Total = total;
    }

    /// <summary>Creates the exception for what is not a mistake within one definition.</summary>
    public SagaDefinitionException(string message)
        : base(message)
    {
    }

    /// <summary>The mistakes, at most 100 a definition.</summary>
    public IReadOnlyList<DefinitionMistake> Mistakes { get; } = [];

    /// <summary>How many mistakes there are in all.</summary>
    public int Total { get; }

    internal static void ThrowIfAny(params IEnumerable<MistakeList> lists)
    {
        var found = lists.Where(list => list.Count > 0).ToArray();
        if (found.Length > 0)
        {
            throw new SagaDefinitionException(
                [.. found.SelectMany(list => list.Mistakes)],
                found.Sum(list => list.Count));
        }
    }

    private static string Compose(IReadOnlyList<DefinitionMistake> mistakes, int total)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The saga definitions have {total} mistake");
        text.Append(total == 1 ? ":" : "s:");
        foreach (var mistake in mistakes)
        {
            text.Append("\n  ").Append(mistake);
        }

        if (total > mistakes.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  and {total - mistakes.Count} more.");
        }

        return text.ToString();
    }
}
