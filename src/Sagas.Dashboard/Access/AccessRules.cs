using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>Checks who may use the API before it is served.</summary>
internal static class AccessRules
{
    private const string Listen = $"{ApiOptions.Section}:{nameof(ApiOptions.Listen)}";
    private const string Jwt = $"{ApiOptions.Section}:{nameof(ApiOptions.Jwt)}";

    public static IEnumerable<string> Check(ApiOptions options) =>
    [
        .. CheckKeys(options),
        .. CheckJwt(options.Jwt),
        .. CheckCertificate(options),
        .. CheckIsClosed(options),
    ];

    private static IEnumerable<string> CheckKeys(ApiOptions options)
    {
        foreach (var (name, key) in options.Keys)
        {
            var section = $"{ApiOptions.Section}:{nameof(ApiOptions.Keys)}:{name}";
            if (name.Length > 100 || name.Any(char.IsControl))
            {
                yield return $"{section}: a key's name, which stands in the sagas' history, has 1 to 100 characters.";
            }

            if (key.Hash.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
            {
                yield return $"{section}:{nameof(key.Hash)} is the key itself, which is now known to whoever reads the "
                    + $"configuration. Make another with 'sagas key {name}' and set the hash that it prints.";
            }
            else if (ApiKey.ParseHash(key.Hash) is null)
            {
                yield return $"{section}:{nameof(key.Hash)} is no hash of a key: that is {ApiKey.HashPrefix} and 64 "
                    + $"hexadecimal digits. 'sagas key {name}' makes a key and prints it.";
            }

            if (key.Roles.Count == 0 || key.Roles.FirstOrDefault(x => !IsRole(x)) is not null)
            {
                yield return $"{section}:{nameof(key.Roles)} is \"{string.Join(',', key.Roles)}\". Allowed: one or "
                    + $"more of {string.Join(", ", ApiAccess.Roles)}, separated by commas.";
            }
        }

        var byHash = options.Keys.GroupBy(x => x.Value.Hash, StringComparer.OrdinalIgnoreCase);
        foreach (var same in byHash.Where(x => x.Count() > 1))
        {
            yield return $"{ApiOptions.Section}:{nameof(ApiOptions.Keys)}: "
                + $"{string.Join(" and ", same.Select(x => x.Key))} have the same hash, so that nobody could tell them "
                + "apart. Make a key for each.";
        }
    }

    private static IEnumerable<string> CheckJwt(ApiJwtOptions options)
    {
        if (!options.IsUsed)
        {
            if (options.Audience is not null)
            {
                yield return $"{Jwt}:{nameof(options.Audience)} is set, but not whose tokens are meant. Set {Jwt}:"
                    + $"{nameof(options.Authority)} or {Jwt}:{nameof(options.SigningKeyPath)}.";
            }

            yield break;
        }

        if (string.IsNullOrWhiteSpace(options.Audience))
        {
            yield return $"{Jwt}:{nameof(options.Audience)} is not set: every token of the provider would do, for "
                + "whatever it was made. Set it to what 'aud' is in the tokens for this worker.";
        }

        foreach (var (key, address) in new[]
        {
            (nameof(options.Authority), options.Authority), (nameof(options.MetadataAddress), options.MetadataAddress),
        })
        {
            if (address is not null && !IsSafeAddress(address))
            {
                yield return $"{Jwt}:{key} is \"{address}\". Allowed: an address that begins with https://, or with "
                    + "http:// on this machine: whoever could change what it answers could sign tokens.";
            }
        }

        if (options.SigningKeyPath is { } path)
        {
            if (options.Issuer is null)
            {
                yield return $"{Jwt}:{nameof(options.Issuer)} is not set, "
                    + $"which {nameof(options.SigningKeyPath)} needs.";
            }

            if (options.Authority is not null || options.MetadataAddress is not null)
            {
                yield return $"{Jwt}: {nameof(options.SigningKeyPath)} and {nameof(options.Authority)} exclude each "
                    + "other.";
            }

            if (SigningKeys.Mistake(path) is { } mistake)
            {
                yield return $"{Jwt}:{nameof(options.SigningKeyPath)}: {mistake}";
            }
        }
    }

    private static IEnumerable<string> CheckCertificate(ApiOptions options)
    {
        const string Section = $"{ApiOptions.Section}:{nameof(ApiOptions.Certificate)}";
        var secured = ListenAddresses.All(options).FirstOrDefault(x => ListenAddresses.Parse(x) is { Scheme: "https" });
        if (secured is not null && options.Certificate.Path is null)
        {
            yield return $"{Section}:{nameof(options.Certificate.Path)} is not set, which "
                + $"{(options.Enabled && ListenAddresses.Of(options).Contains(secured)
                    ? $"{Listen} \"{options.Listen}\""
                    : $"{ApiOptions.Section}:{nameof(options.HealthListen)} \"{options.HealthListen}\"")} needs.";
        }
        else if (secured is not null && ServerCertificate.Mistake(options.Certificate) is { } mistake)
        {
            yield return $"{Section}: {mistake}";
        }
    }

    private static IEnumerable<string> CheckIsClosed(ApiOptions options)
    {
        if (!options.Enabled || options.DemandsCredentials || options.AllowAnonymous)
        {
            yield break;
        }

        foreach (var text in ListenAddresses.Of(options))
        {
            if (ListenAddresses.Parse(text) is { } address && ListenAddresses.IsOpen(address))
            {
                yield return $"{Listen} is \"{text}\", which others than this machine can reach, and nothing says who "
                    + "may use it. Make a key with 'sagas key NAME --role operate' and set what it prints; or accept "
                    + $"the tokens of an identity provider ({Jwt}:{nameof(ApiJwtOptions.Authority)}); or listen on "
                    + $"http://127.0.0.1:{address.Port}. In a network where everybody may do everything, set "
                    + $"{ApiOptions.Section}:{nameof(ApiOptions.AllowAnonymous)} to true.";
            }
        }
    }

    private static bool IsRole(string text) => ApiAccess.Roles.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool IsSafeAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && ListenAddresses.IsThisMachine(uri.IdnHost)));
}
