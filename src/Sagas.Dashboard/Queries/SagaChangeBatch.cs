namespace Sagas.Dashboard.Queries;

/// <summary>What has changed since the batch before.</summary>
/// <param name="Sagas">The sagas as they are now.</param>
/// <param name="Place">From where (UTC) one may follow on later.</param>
/// <param name="IsComplete">
/// Whether these are all; otherwise more have changed than can be told, and lists are to be read anew.
/// </param>
internal sealed record SagaChangeBatch(IReadOnlyList<SagaSummary> Sagas, DateTime Place, bool IsComplete);
