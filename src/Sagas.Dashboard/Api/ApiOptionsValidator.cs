using Microsoft.Extensions.Options;
using Sagas.Dashboard.Access;
using Sagas.Persistence.Configuration;

namespace Sagas.Dashboard.Api;

/// <summary>Checks what the ranges of <see cref="ApiOptions"/> alone cannot say.</summary>
internal sealed class ApiOptionsValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var check = new RangeCheck(ApiOptions.Section);
        check.Within(
            nameof(ApiOptions.HandlerTimeout),
            options.HandlerTimeout,
            TimeSpan.FromMilliseconds(100),
            options.RequestTimeout);
        check.Within(nameof(ApiOptions.PageSize), options.PageSize, 1, options.MaxPageSize);
        string[] failures = [.. check.Result.Failures ?? [], .. Listen(options), .. Proxies(options), .. AccessRules.Check(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Listen(ApiOptions options)
    {
        var addresses = ListenAddresses.Of(options);
        if (addresses.Count == 0)
        {
            yield return Refuse(options.Listen);
        }

        foreach (var address in addresses.Where(x => ListenAddresses.Parse(x) is null))
        {
            yield return Refuse(address);
        }

        foreach (var text in ListenAddresses.OfHealth(options))
        {
            if (ListenAddresses.Parse(text) is not { } address)
            {
                yield return Refuse(text, nameof(ApiOptions.HealthListen));
            }
            else if (address.Port != 0 && addresses.Any(x => ListenAddresses.Parse(x)?.Port == address.Port))
            {
                yield return $"{ApiOptions.Section}:{nameof(ApiOptions.HealthListen)} is \"{text}\", whose port "
                    + $"{nameof(ApiOptions.Listen)} (\"{options.Listen}\") has as well. Name another one.";
            }
        }
    }

    private static IEnumerable<string> Proxies(ApiOptions options) => options.TrustedProxies
        .Where(x => TrustedProxies.Parse(x) is null)
        .Select(x => $"{ApiOptions.Section}:{nameof(ApiOptions.TrustedProxies)} has \"{x}\", which is neither an "
            + "address nor a network. Write 10.1.2.3 or 10.0.0.0/8, and several separated by commas.");

    private static string Refuse(string address, string key = nameof(ApiOptions.Listen)) =>
        $"{ApiOptions.Section}:{key} is \"{address}\", which is no address to listen on. Write "
        + "http://host:port or https://host:port, for instance http://127.0.0.1:8080, and several separated by "
        + "semicolons.";
}
