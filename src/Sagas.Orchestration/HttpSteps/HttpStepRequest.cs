using System.Diagnostics;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>A request as it goes out.</summary>
internal sealed record HttpStepRequest
{
    public required HttpMethod Method { get; init; }

    public required Uri Url { get; init; }

    /// <summary>The headers that go to every host that is called.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The headers that go to <see cref="SecretsFor"/> alone.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> SecretHeaders { get; init; }

    /// <summary>Scheme, host and port that the definition names.</summary>
    public required Uri SecretsFor { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Where in which trace it is made.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Whether a secret may go to where the request goes.</summary>
    public bool MayHaveSecrets => Uri.Compare(
        Url,
        SecretsFor,
        UriComponents.SchemeAndServer,
        UriFormat.SafeUnescaped,
        StringComparison.OrdinalIgnoreCase) == 0;
}
