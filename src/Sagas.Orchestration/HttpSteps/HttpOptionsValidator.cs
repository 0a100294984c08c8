using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>What ranges alone do not say. No message holds a secret.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var failures = options.AllowedHosts.Where(x => !AllowedHosts.IsEntry(x)).Select(host =>
                $"{HttpOptions.Section}:{nameof(HttpOptions.AllowedHosts)} has \"{host}\", which is not a host. "
                + "Allowed: a host as payments.example, one with a port as payments.example:8443, or *.example for all "
                + "below; without scheme and path.")
            .Concat(options.Secrets.Where(x => !HeaderText.IsValid(x.Value) || x.Value.Length == 0).Select(secret =>
                $"{HttpOptions.Section}:{nameof(HttpOptions.Secrets)}:{secret.Key} is empty, or holds a character that "
                + "no header may hold, for instance a line break at its end. Allowed: printable ASCII."))
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
