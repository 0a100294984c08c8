namespace Sagas.Persistence.Outbox;

/// <summary>
/// How long to wait after a failed attempt: doubling, capped, jittered by a tenth so that failures spread.
/// </summary>
internal static class OutboxBackoff
{
    public static TimeSpan After(int attempt, OutboxOptions options) =>
        After(attempt, options.RetryDelay, options.MaxRetryDelay);

    public static TimeSpan After(int attempt, TimeSpan first, TimeSpan longest) =>
        After(attempt, first, longest, Random.Shared.NextDouble);

    public static TimeSpan After(int attempt, TimeSpan first, TimeSpan longest, Func<double> random)
    {
        var delay = first * Math.Pow(2, Math.Min(attempt - 1, 20));
        var capped = delay < longest ? delay : longest;
        return capped * (0.9 + random() * 0.2);
    }
}
