using System.Globalization;

namespace Sagas.Engine.Definitions.Http;

/// <summary>One status code, or a class of them: 500 to 599 is written <c>5xx</c>.</summary>
/// <param name="First">The first code, 100 to 599.</param>
/// <param name="Last">The last code, the first one or the end of its class.</param>
public readonly record struct HttpStatusRange(int First, int Last)
{
    private const int ClassSize = 100;

    /// <summary>Whether it is a whole class.</summary>
    public bool IsClass => Last > First;

    /// <summary>One code.</summary>
    public static implicit operator HttpStatusRange(int code) => FromInt32(code);

    /// <summary>One code.</summary>
    public static HttpStatusRange FromInt32(int code) => new(code, code);

    /// <summary>All codes that begin with that digit, 1 to 5.</summary>
    public static HttpStatusRange OfClass(int digit) => new(digit * ClassSize, (digit * ClassSize) + ClassSize - 1);

    /// <summary>Whether the code is one of them.</summary>
    public bool Has(int status) => status >= First && status <= Last;

    /// <summary><c>503</c> or <c>5xx</c>.</summary>
    public override string ToString() => IsClass
        ? string.Create(CultureInfo.InvariantCulture, $"{First / ClassSize}xx")
        : First.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads <c>5xx</c>.</summary>
    internal static HttpStatusRange? ParseClass(string text) =>
        text is [>= '1' and <= '5' and var digit, 'x', 'x'] ? OfClass(digit - '0') : null;
}
