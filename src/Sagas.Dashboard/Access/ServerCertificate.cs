using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Dashboard.Access;

/// <summary>
/// The certificate that the worker shows. It is read again every minute, if somebody connects; one that cannot be read,
/// as while it is being replaced, leaves the one before in use.
/// </summary>
internal sealed class ServerCertificate(
    IOptions<ApiOptions> options, [SagaClock] TimeProvider clock, ILogger<ServerCertificate> logger)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _readAt;

    /// <summary>What is wrong with the files, or <see langword="null"/>.</summary>
    public static string? Mistake(ApiCertificateOptions options)
    {
        try
        {
            Read(options);
            return null;
        }
        catch (Exception exception) when (IsOfFile(exception))
        {
            return $"the certificate cannot be read: {exception.Message}";
        }
    }

    /// <summary>The certificate to show now.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (_current is not null && now - _readAt < Age)
            {
                return _current;
            }

            _readAt = now;
            try
            {
                var read = Read(options.Value.Certificate);
                if (_current is not null && read.TargetCertificate.Thumbprint != _current.TargetCertificate.Thumbprint)
                {
                    logger.CertificateRenewed(read.TargetCertificate.NotAfter.ToUniversalTime());
                }

                return _current = read;
            }
            catch (Exception exception) when (_current is not null && IsOfFile(exception))
            {
                logger.CertificateNotRead(options.Value.Certificate.Path!, exception.Message);
                return _current;
            }
        }
    }

    private static SslStreamCertificateContext Read(ApiCertificateOptions options)
    {
        if (File.ReadAllText(options.Path!).Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Path!);
            var certificate = options.Password is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(options.Path!, password, options.KeyPath)
                : X509Certificate2.CreateFromPemFile(options.Path!, options.KeyPath);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }

        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Path!, options.Password);
        var own = all.FirstOrDefault(x => x.HasPrivateKey)
            ?? throw new CryptographicException($"'{options.Path}' has no certificate with a private key in it.");
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private static bool IsOfFile(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
