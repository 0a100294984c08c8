using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// Refuses a definition that calls what this worker may not call, or names a secret that it does not have.
/// </summary>
internal sealed class HttpDeclarationCheck(IOptions<HttpOptions> options) : IDeclarationCheck
{
    private const string HostsKey = $"{HttpOptions.Section}:{nameof(HttpOptions.AllowedHosts)}";
    private const string SecretsKey = $"{HttpOptions.Section}:{nameof(HttpOptions.Secrets)}";

    private readonly AllowedHosts _hosts = new(options.Value.AllowedHosts);

    public void Check(SagaDeclaration declaration, MistakeList mistakes)
    {
        foreach (var step in declaration.Steps.OfType<StepDeclaration>())
        {
            Check(step.Http, $"{step.Path}.http", mistakes);
            Check(step.Compensation?.Http, $"{step.Path}.compensation.http", mistakes);
        }
    }

    private void Check(HttpParticipant? http, string path, MistakeList mistakes)
    {
        if (http is null)
        {
            return;
        }

        if (UrlTemplate.OriginOf(http.Url) is { } origin && !_hosts.Allow(origin))
        {
            var entry = AllowedHosts.EntryFor(origin);
            mistakes.Add(
                $"{path}.url",
                DisplayJson.Of(http.Url),
                $"goes to a host that {HostsKey} does not have",
                $"Add {entry} to it, for instance Sagas__Http__AllowedHosts__0={entry}, if it may be called");
        }

        foreach (var (name, value) in http.Headers)
        {
            if (value.Secret is { } secret && !options.Value.Secrets.ContainsKey(secret))
            {
                mistakes.Add(
                    $"{JsonPlace.Below($"{path}.headers", name)}.secret",
                    DisplayJson.Of(secret),
                    $"is a secret that {SecretsKey} does not have",
                    $"Set {SecretsKey}:{secret}, in the environment Sagas__Http__Secrets__{secret}, "
                        + "to the header's value");
            }
        }
    }
}
