namespace Sagas.Engine;

/// <summary>Brings text from outside into a form that every database keeps.</summary>
internal static class EngineText
{
    public const int MaxName = 100;
    public const int MaxCode = 100;
    public const int MaxMessage = 2000;
    public const int MaxOperator = 200;

    /// <summary>At most so many characters, no half surrogate pair, and no NUL, which PostgreSQL refuses.</summary>
    public static string Limit(string? text, int length)
    {
        text = (text ?? "").Replace('\0', '\uFFFD');
        if (text.Length <= length)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
