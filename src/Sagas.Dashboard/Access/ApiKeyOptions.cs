namespace Sagas.Dashboard.Access;

/// <summary>
/// A key that may use the API. Section <c>Sagas:Api:Keys:{Name}</c>; the name stands in the sagas' history.
/// </summary>
public sealed class ApiKeyOptions
{
    /// <summary>
    /// What the worker knows the key by: <c>sha256:</c> and the SHA-256 of the key in 64 hexadecimal digits, as
    /// <c>sagas key</c> prints it. A fast hash does, since the key is 256 random bits, which nobody guesses; other keys
    /// are not accepted.
    /// </summary>
    public string Hash { get; set; } = "";

    /// <summary>
    /// What it may do: <c>read</c>, <c>operate</c> and <c>payloads</c>, of which the latter two include the first.
    /// </summary>
    public IReadOnlyList<string> Roles { get; set; } = [];
}
