namespace Sagas.Samples.Database;

/// <summary>
/// A row of <c>effect_log</c>: an effect, or its undoing, in the order in which they were committed. Append-only.
/// </summary>
public sealed class EffectLogEntry
{
    public long Id { get; set; }

    public Guid SagaId { get; set; }

    public string Step { get; set; } = "";

    /// <summary><c>Execute</c> or <c>Compensate</c>.</summary>
    public string Direction { get; set; } = "";

    public string IdempotencyKey { get; set; } = "";

    public DateTime Time { get; set; }
}
