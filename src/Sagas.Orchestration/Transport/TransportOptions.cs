using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Transport;

/// <summary>How the worker receives and sends. Section <c>Sagas:Transport</c>.</summary>
public sealed class TransportOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Transport";

    /// <summary>
    /// How many deliveries the broker hands over before the first of them is acknowledged. The default is 128. Value
    /// must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int PrefetchCount { get; set; } = 128;

    /// <summary>
    /// How many deliveries are worked on at the same time. On PostgreSQL those of one moment share a transaction; one
    /// that cannot holds a connection by itself. The default is 64. Value must be from 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int ConcurrentDeliveries { get; set; } = 64;

    /// <summary>
    /// The largest body that is read; a larger one is refused. The default is 4,194,304 bytes (4 MiB). Value must be
    /// from 64 KiB to 128 MiB. It has to leave room for the largest input that <c>Sagas:Start:MaxInputBytes</c> allows.
    /// </summary>
    [Range(64 * 1024, 128 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long an event lives in the broker when nobody reads it. The default is 24 hours. Value must be from 1 second
    /// to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan EventTimeToLive { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How often worker and RabbitMQ show each other that they are there. A connection whose other end is silently
    /// gone, as behind a cut cable, is given up after three to four times as long. The default is 5 seconds. Value must
    /// be from 1 second to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a graceful stop waits for the deliveries in hand. The default is 30 seconds. Value must be from 1
    /// second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
