using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Operations.Access;

/// <summary>The keys that are configured.</summary>
internal sealed class ApiKeys(IOptions<ApiOptions> options)
{
    private readonly (string Name, byte[] Digest, IReadOnlyList<string> Roles)[] _keys =
    [
        .. options.Value.Keys.Select(x => (x.Key, ApiKey.ParseHash(x.Value.Hash)!, x.Value.Roles)),
    ];

    /// <summary>Who has the key, or <see langword="null"/>.</summary>
    public ClaimsPrincipal? Find(string key) => ApiKey.HasForm(key) ? Find(ApiKey.DigestOf(key)) : null;

    /// <summary>
    /// Who has the key of that digest, or <see langword="null"/>. How long it takes says nothing of how near a wrong
    /// one came: every key is compared, and wholly.
    /// </summary>
    public ClaimsPrincipal? Find(ReadOnlySpan<byte> digest)
    {
        var found = -1;
        for (var i = 0; i < _keys.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(_keys[i].Digest, digest))
            {
                found = i;
            }
        }

        return found < 0 ? null : Principals.Create(_keys[found].Name, _keys[found].Roles);
    }
}
