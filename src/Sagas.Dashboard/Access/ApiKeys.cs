using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>
/// The keys that are configured. A look-up compares every key, each in constant time: its duration tells nothing of how
/// near a wrong key came.
/// </summary>
internal sealed class ApiKeys(IOptions<ApiOptions> options)
{
    private readonly Key[] _keys = [.. options.Value.Keys.Select(x => Key.Of(x.Key, x.Value))];

    /// <summary>Who has the key, or <see langword="null"/>.</summary>
    public ClaimsPrincipal? Find(string key) => Search(key)?.Principal;

    /// <summary>
    /// What to know a key by later, or <see langword="null"/> if it is none: with another name or other roles it has
    /// another fingerprint.
    /// </summary>
    public byte[]? FingerprintOf(string key) => Search(key)?.Fingerprint;

    /// <summary>Who has the key of that fingerprint, or <see langword="null"/>.</summary>
    public ClaimsPrincipal? FindByFingerprint(ReadOnlySpan<byte> fingerprint) =>
        Search(fingerprint, key => key.Fingerprint)?.Principal;

    private Key? Search(string text) =>
        ApiKey.HasForm(text) ? Search(ApiKey.DigestOf(text), key => key.Digest) : null;

    private Key? Search(ReadOnlySpan<byte> wanted, Func<Key, byte[]> bytesOf)
    {
        Key? found = null;
        foreach (var key in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(bytesOf(key), wanted) ? key : found;
        }

        return found;
    }

    private sealed record Key(string Name, byte[] Digest, byte[] Fingerprint, IReadOnlyList<string> Roles)
    {
        public ClaimsPrincipal Principal => Principals.Create(Name, Roles);

        public static Key Of(string name, ApiKeyOptions options)
        {
            var digest = ApiKey.ParseHash(options.Hash)!;
            var roles = options.Roles.Select(x => x.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal);
            return new Key(
                name,
                digest,
                SHA256.HashData([.. digest, .. Encoding.UTF8.GetBytes($"{string.Join(',', roles)}\n{name}")]),
                options.Roles);
        }
    }
}
