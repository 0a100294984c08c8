namespace Sagas.Persistence.Store;

/// <summary>A row of <c>idempotency_key</c>: a start request that named a key.</summary>
public sealed class IdempotencyKeyRow
{
    /// <summary>The key: <c>[A-Za-z0-9._:-]{1,128}</c>.</summary>
    public string Key { get; set; } = "";

    /// <summary>SHA-256 of the canonical request, in lower-case hex.</summary>
    public string RequestHash { get; set; } = "";

    /// <summary>The saga that the first request under this key started.</summary>
    public Guid SagaId { get; set; }

    /// <summary>When the request came (UTC).</summary>
    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// From when on (UTC) the key may be used again for another request; not before its saga has ended.
    /// </summary>
    public DateTime ExpiresAt { get; set; }
}
