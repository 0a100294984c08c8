namespace Sagas.Persistence;

/// <summary>
/// How long a message waits after a failed attempt: doubling, capped, jittered by a tenth so that failures spread.
/// </summary>
internal static class OutboxBackoff
{
    public static TimeSpan After(int attempt, OutboxOptions options)
    {
        var delay = options.RetryDelay * Math.Pow(2, Math.Min(attempt - 1, 20));
        var capped = delay < options.MaxRetryDelay ? delay : options.MaxRetryDelay;
        return capped * (0.9 + Random.Shared.NextDouble() * 0.2);
    }
}
