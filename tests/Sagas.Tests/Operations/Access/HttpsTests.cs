using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Access;

public sealed class HttpsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cert.pem", "key.pem", null)]
    [InlineData("both.pem", null, null)]
    [InlineData("cert.pem", "locked.pem", "hush")]
    [InlineData("cert.pfx", null, "hush")]
    public async Task Listen_OnHttps_ShowsTheCertificateInWhateverFormItIs(string path, string? keyPath, string? password)
    {
        var folder = Directory.CreateTempSubdirectory("sagas-tls-").FullName;
        try
        {
            var thumbprint = Write(folder);
            await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: new Dictionary<string, string?>(AccessRun.Keys)
            {
                ["Sagas:Api:Listen"] = "https://127.0.0.1:0",
                ["Sagas:Api:Certificate:Path"] = Path.Combine(folder, path),
                ["Sagas:Api:Certificate:KeyPath"] = keyPath is null ? null : Path.Combine(folder, keyPath),
                ["Sagas:Api:Certificate:Password"] = password,
            });
            X509Certificate2? shown = null;
            using var client = new HttpClient(new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, certificate, _, _) => (shown = certificate) is not null,
            })
            {
                BaseAddress = run.Address,
            };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            request.Headers.Host = "sagas.example";

            using var response = await client.SendAsync(request, Ct);

            response.EnsureSuccessStatusCode();
            shown!.Thumbprint.ShouldBe(thumbprint);
            response.Headers.GetValues("Strict-Transport-Security").ShouldBe(["max-age=31536000"]);
            (await client.GetAsync("/sign-in", Ct)).Headers.Contains("Strict-Transport-Security").ShouldBeFalse("a name of this machine's");
            using var signedIn = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("key", AccessRun.Reader)]), Ct);
            run.Worker.Log.ShouldNotContain(x => x.Contains("hush", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A certificate for 127.0.0.1 in every form.</summary>
    private static string Write(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sagas", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (cert, plain) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), cert);
        File.WriteAllText(Path.Combine(folder, "key.pem"), plain);
        File.WriteAllText(Path.Combine(folder, "both.pem"), $"{cert}\n{plain}");
        File.WriteAllText(Path.Combine(folder, "locked.pem"), key.ExportEncryptedPkcs8PrivateKeyPem(
            "hush", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)));
        File.WriteAllBytes(Path.Combine(folder, "cert.pfx"), certificate.Export(X509ContentType.Pfx, "hush"));
        return certificate.Thumbprint;
    }
}
