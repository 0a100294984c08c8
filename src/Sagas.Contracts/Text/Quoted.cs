namespace Sagas.Contracts.Text;

/// <summary>Shows a text of somebody else's in a message, no longer than a message bears.</summary>
internal static class Quoted
{
    private const int Longest = 128;

    public static string Of(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";
}
