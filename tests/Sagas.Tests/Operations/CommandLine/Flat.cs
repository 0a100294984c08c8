using System.Text.RegularExpressions;

namespace Sagas.Tests.Operations.CommandLine;

/// <summary>Text as it was before it was broken into lines.</summary>
internal static partial class Flat
{
    public static string Of(string text) => Blanks().Replace(text, " ");

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
