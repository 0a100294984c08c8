namespace Sagas.Dashboard.Access;

/// <summary>
/// The certificate of addresses that begin with <c>https://</c>. Section <c>Sagas:Api:Certificate</c>. A renewed one is
/// taken up within a minute, without a restart.
/// </summary>
public sealed class ApiCertificateOptions
{
    /// <summary>
    /// The file: PEM, with the certificates of intermediate authorities behind it, or PKCS #12 (<c>.pfx</c>,
    /// <c>.p12</c>). By default none.
    /// </summary>
    public string? Path { get; set; }

    /// <summary>The file with its private key in PEM. By default the key is in <see cref="Path"/>.</summary>
    public string? KeyPath { get; set; }

    /// <summary>The password of the private key, or of the PKCS #12 file. By default none.</summary>
    public string? Password { get; set; }
}
