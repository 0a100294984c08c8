namespace Sagas.Worker.Operations.Api;

/// <summary>Shows a value of somebody's in a message.</summary>
internal static class Quoted
{
    private const int Longest = 128;

    public static string Of(string text) => text.Length <= Longest ? text : $"{text[..Longest]}…";
}
