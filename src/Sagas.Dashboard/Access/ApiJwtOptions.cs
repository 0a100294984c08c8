namespace Sagas.Dashboard.Access;

/// <summary>
/// The tokens (JWT) of an identity provider with which the API may be used. Section <c>Sagas:Api:Jwt</c>. They are
/// accepted where <see cref="Authority"/> or <see cref="SigningKeyPath"/> is set.
/// </summary>
public sealed class ApiJwtOptions
{
    /// <summary>
    /// The provider's address, whose OpenID Connect metadata name its keys: <c>https</c>, or <c>http</c> on this
    /// machine. By default none.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>
    /// Where its metadata are, if not at <c>.well-known/openid-configuration</c> below <see cref="Authority"/>. By
    /// default none.
    /// </summary>
    public string? MetadataAddress { get; set; }

    /// <summary>
    /// A PEM file with the public key or the certificate of who signs the tokens, for networks without a way to a
    /// provider. By default none.
    /// </summary>
    public string? SigningKeyPath { get; set; }

    /// <summary>
    /// The issuer (<c>iss</c>) that tokens must name. By default the one that the metadata name; needed with
    /// <see cref="SigningKeyPath"/>.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>
    /// The audience (<c>aud</c>) that tokens must name. Needed: otherwise every token of the provider would do.
    /// </summary>
    public string? Audience { get; set; }

    /// <summary>
    /// The claim that names the operator, followed by <c>sub</c> in parentheses, which nobody chooses. Without it, it
    /// is <c>sub</c> alone. The default is <c>name</c>.
    /// </summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>
    /// The claim that holds roles, groups or scopes: a list, or separated by blanks. <c>a.b</c> is the field <c>b</c>
    /// of an object <c>a</c>. The default is <c>roles</c>.
    /// </summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>The values of that claim that may read. The default is <c>sagas.read</c>.</summary>
    public IReadOnlyList<string> Read { get; set; } = ["sagas.read"];

    /// <summary>The values of that claim that may operate, and read. The default is <c>sagas.operate</c>.</summary>
    public IReadOnlyList<string> Operate { get; set; } = ["sagas.operate"];

    /// <summary>
    /// The values of that claim that may see payloads, and read. The default is <c>sagas.payloads</c>.
    /// </summary>
    public IReadOnlyList<string> Payloads { get; set; } = ["sagas.payloads"];

    /// <summary>Whether tokens are accepted.</summary>
    internal bool IsUsed => !string.IsNullOrWhiteSpace(Authority) || !string.IsNullOrWhiteSpace(SigningKeyPath)
        || !string.IsNullOrWhiteSpace(MetadataAddress);
}
