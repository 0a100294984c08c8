namespace Sagas.Engine.Definitions.Http;

/// <summary>
/// The value of a header: a text, which may hold placeholders, or a secret of the worker's configuration.
/// </summary>
public sealed record HttpHeaderValue
{
    private HttpHeaderValue()
    {
    }

    /// <summary>The text, or <see langword="null"/> for a secret.</summary>
    public string? Text { get; private init; }

    /// <summary>
    /// The secret's name: its value stands in <c>Sagas:Http:Secrets:{name}</c> alone. <see langword="null"/> for a
    /// text.
    /// </summary>
    public string? Secret { get; private init; }

    /// <summary>A text, which may hold placeholders.</summary>
    public static HttpHeaderValue OfText(string text) => new() { Text = text };

    /// <summary>The value of a secret, by its name: 1 to 64 letters and digits, the first one a letter.</summary>
    public static HttpHeaderValue OfSecret(string name) => new() { Secret = name };
}
