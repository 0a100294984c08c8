namespace Sagas.Persistence.Store;

/// <summary>
/// A row of <c>worker_secret</c>: what all workers of the database know, and nobody else needs to.
/// </summary>
public sealed class WorkerSecret
{
    /// <summary>
    /// The name of what the API signs its messages with, so that a worker knows who a caller was found to be.
    /// </summary>
    public const string Caller = "caller";

    /// <summary>What it is for.</summary>
    public string Name { get; set; } = "";

    /// <summary>The secret: a random text.</summary>
    public string Value { get; set; } = "";
}
