using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Keys of the API: a prefix by which people and scanners for secrets know them, and 256 random bits. That is why
/// SHA-256 is enough to keep them by: what a slow hash makes costly, trying likely passwords, has nothing to try here.
/// For the same reason nothing that is not of this form is a key, whatever hash is configured.
/// </summary>
internal static class ApiKey
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "sagas_";

    /// <summary>What every hash begins with.</summary>
    public const string HashPrefix = "sha256:";

    private const int RandomBytes = 32;

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEFabcdef");

    private static readonly int Length = Prefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    /// <summary>A new key.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public static bool HasForm(string text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Base64UrlCharacters) < 0;

    /// <summary>What to configure for a key.</summary>
    public static string HashOf(string key) => HashPrefix + Convert.ToHexStringLower(DigestOf(key));

    public static byte[] DigestOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Reads a configured hash.</summary>
    /// <returns><see langword="null"/> if it is none.</returns>
    public static byte[]? ParseHash(string text) =>
        text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase)
        && text.Length == HashPrefix.Length + 2 * SHA256.HashSizeInBytes
        && text.AsSpan(HashPrefix.Length).IndexOfAnyExcept(HexDigits) < 0
            ? Convert.FromHexString(text.AsSpan(HashPrefix.Length))
            : null;
}
