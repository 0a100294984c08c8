using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Starting;

/// <summary>What a start request may look like. Section <c>Sagas:Start</c>.</summary>
public sealed class StartOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Start";

    /// <summary>
    /// The largest input, in bytes of UTF-8. The default is 262,144 (256 KiB). Value must be from 2 bytes to 64 MiB.
    /// </summary>
    [Range(2, 64 * 1024 * 1024)]
    public int MaxInputBytes { get; set; } = 256 * 1024;

    /// <summary>
    /// How long an idempotency key is kept. The default is 3,600 seconds. Value must be from 1 second to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan IdempotencyKeyLifetime { get; set; } = TimeSpan.FromSeconds(3_600);
}
