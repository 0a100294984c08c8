using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.WebUtilities;
using RabbitMQ.Client;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// How the broker's certificate is checked, and what the worker shows of its own, as the query of the broker's address
/// says, in RabbitMQ's own words: <c>cacertfile</c>, <c>certfile</c>, <c>keyfile</c>.
/// </summary>
internal sealed class BrokerTls
{
    private const string Authorities = "cacertfile";
    private const string Certificate = "certfile";
    private const string Key = "keyfile";
    private const string Setting = "ConnectionStrings:RabbitMq";

    private static readonly string[] Known = [Authorities, Certificate, Key];

    private readonly string _host;
    private readonly X509Certificate2Collection? _authorities;

    private BrokerTls(string host, X509Certificate2Collection? authorities, X509Certificate2? own)
    {
        (_host, _authorities, Own) = (host, authorities, own);
    }

    /// <summary>The certificate by which the broker knows the worker, if any.</summary>
    public X509Certificate2? Own { get; }

    /// <summary>
    /// Why the broker's certificate was last refused, with what to do; <see langword="null"/> if it was not.
    /// </summary>
    public string? Refusal { get; private set; }

    /// <exception cref="FormatException">A part of the query is not known, or its file cannot be read.</exception>
    public static BrokerTls? Parse(Uri address)
    {
        var query = QueryHelpers.ParseQuery(address.Query).ToDictionary(x => x.Key, x => x.Value.ToString());
        if (query.Keys.FirstOrDefault(x => !Known.Contains(x)) is { } unknown)
        {
            throw new FormatException($"{Setting}: '{unknown}' is not known. Allowed behind the '?': "
                + $"{string.Join(", ", Known)}.");
        }

        if (address.Scheme != "amqps")
        {
            return query.Count == 0
                ? null
                : throw new FormatException(
                    $"{Setting}: {query.Keys.First()} is for TLS: the address has to begin with amqps://.");
        }

        return new BrokerTls(
            address.Host,
            query.TryGetValue(Authorities, out var authorities) ? Read(Authorities, () => ReadAll(authorities)) : null,
            query.TryGetValue(Certificate, out var own)
                ? Read(Certificate, () => X509Certificate2.CreateFromPemFile(own, query.GetValueOrDefault(Key)))
                : null);
    }

    public SslOption ToOption()
    {
        var option = new SslOption(_host, enabled: true) { CertificateValidationCallback = Accept };
        if (Own is not null)
        {
            option.Certs = [Own];
        }

        return option;
    }

    /// <summary>
    /// Whether the broker is who it says it is: its name, and who vouches for it. Nothing is passed over.
    /// </summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = certificate is not X509Certificate2 shown ? "it shows no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"its certificate ({shown.Subject}) is not for '{_host}'. Name the host in {Setting} as the "
                    + "certificate does, or have one made for that name"
            : _authorities is not null ? Check(shown, chain, _authorities)
            : errors == SslPolicyErrors.None ? null
            : $"its certificate ({shown.Subject}) is of no authority that this machine trusts{StatusOf(chain)}. Name "
                + $"the authority's file in {Setting}: amqps://…?{Authorities}=/path/ca.pem";
        return Refusal is null;
    }

    private static string? Check(X509Certificate2 shown, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown)
            ? null
            : $"its certificate ({shown.Subject}) is not of the authority in {Authorities}{StatusOf(chain)}. Name the "
                + "file of the authority that made it";
    }

    private static string StatusOf(X509Chain? chain) =>
        chain?.ChainStatus is { Length: > 0 } status ? $" ({string.Join(", ", status.Select(x => x.Status))})" : "";

    private static X509Certificate2Collection ReadAll(string path)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(path);
        return all.Count > 0 ? all : throw new CryptographicException($"'{path}' holds no certificate in PEM.");
    }

    private static T Read<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException
                or ArgumentException)
        {
            throw new FormatException($"{Setting}: {name} cannot be read: {exception.Message}", exception);
        }
    }
}
