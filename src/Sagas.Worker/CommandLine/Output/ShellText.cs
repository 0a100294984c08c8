namespace Sagas.Worker.CommandLine.Output;

/// <summary>Writes words for a shell.</summary>
internal static class ShellText
{
    private const string Harmless = "-_.:/,@%+=";

    /// <summary>The word, in quotes if the shell would not take it as one word.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(x => char.IsAsciiLetterOrDigit(x) || Harmless.Contains(x, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
