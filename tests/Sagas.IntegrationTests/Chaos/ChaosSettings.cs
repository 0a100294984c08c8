using System.Globalization;

namespace Sagas.IntegrationTests.Chaos;

/// <summary>How long a chaos run kills, and what its random numbers follow from.</summary>
/// <param name="Length">How long something is killed every 2 to 6 seconds.</param>
/// <param name="Seed">What the order of the kills and the pauses between them follow from.</param>
internal sealed record ChaosSettings(TimeSpan Length, ulong Seed)
{
    /// <summary>What <c>CHAOS_MINUTES</c> and <c>CHAOS_SEED</c> say; by default 30 seconds and any seed.</summary>
    public static ChaosSettings Read() => new(
        TimeSpan.FromMinutes(double.Parse(Setting("CHAOS_MINUTES") ?? $"{30 / 60.0}", CultureInfo.InvariantCulture)),
        ulong.Parse(Setting("CHAOS_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture));

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
