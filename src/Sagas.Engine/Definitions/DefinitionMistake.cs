using System.Text;

namespace Sagas.Engine.Definitions;

/// <summary>Something in a saga definition that must be corrected, said so that a person can do it.</summary>
/// <param name="Source">The file, or which definition in code.</param>
/// <param name="Path">
/// Where in the document, for instance <c>steps[2].timeout</c>; empty for the document itself.
/// </param>
/// <param name="Value">The value as it was written, shortened; <see langword="null"/> when there is none.</param>
/// <param name="Problem">What is wrong with it: <c>is …</c>.</param>
/// <param name="Allowed">What is allowed there, or what to do.</param>
public sealed record DefinitionMistake(string Source, string Path, string? Value, string Problem, string Allowed)
{
    /// <summary>The line in the file, from 1, where it is known.</summary>
    public int? Line { get; init; }

    /// <summary>The column in bytes, from 1, where it is known.</summary>
    public int? Column { get; init; }

    /// <summary>One line: <c>file:line: path is value, which problem. Allowed: …</c></summary>
    public override string ToString()
    {
        var text = new StringBuilder(Source);
        if (Line is { } line)
        {
            text.Append(':').Append(line);
        }

        if (Column is { } column)
        {
            text.Append(':').Append(column);
        }

        text.Append(": ").Append(Path.Length == 0 ? "the definition" : Path);
        if (Value is not null)
        {
            text.Append(" is ").Append(Value).Append(", which");
        }

        text.Append(' ').Append(Problem).Append(Problem.EndsWith('?') ? " " : ". ");
        return text.Append(Allowed).Append('.').ToString();
    }
}
