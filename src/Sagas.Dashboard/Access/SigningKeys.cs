using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace Sagas.Dashboard.Access;

/// <summary>Reads the key that tokens are signed with from a file.</summary>
internal static class SigningKeys
{
    /// <summary>What is wrong with the file, or <see langword="null"/>.</summary>
    public static string? Mistake(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"the file cannot be read: {exception.Message}";
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return $"'{path}' holds no public key of RSA or an elliptic curve, nor a certificate with one, in PEM.";
        }
    }

    public static SecurityKey Read(string path)
    {
        var text = File.ReadAllText(path);
        if (text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return certificate.GetRSAPublicKey() is { } rsa ? new RsaSecurityKey(rsa.ExportParameters(false))
                : certificate.GetECDsaPublicKey() is { } curve ? new ECDsaSecurityKey(curve)
                : throw new CryptographicException("The certificate has another kind of key.");
        }

        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return new RsaSecurityKey(rsa.ExportParameters(false));
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(text);
            return new ECDsaSecurityKey(curve);
        }
    }
}
