using System.ComponentModel.DataAnnotations;
using System.Data;

namespace Sagas.Persistence;

/// <summary>
/// Options of an inbox and outbox; section <c>Sagas:Outbox</c> of the configuration, where there is one, wins over
/// code.
/// </summary>
public sealed class OutboxOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Outbox";

    /// <summary>
    /// How often the dispatcher looks for messages that were left behind, which is one indexed query. The default is 1
    /// second. From 10 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan QueryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many messages the dispatcher takes at a time. The default is 100. From 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int QueryMessageLimit { get; set; } = 100;

    /// <summary>
    /// How long the dispatcher's query may take. The default is 10 seconds. From 1 second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether this process has a dispatcher. The default is true. Without one, what is written to the outbox outside
    /// of deliveries, and what a crash leaves, waits for a process that has one.
    /// </summary>
    public bool Dispatches { get; set; } = true;

    /// <summary>
    /// The isolation level of deliveries. The default is <see cref="IsolationLevel.ReadCommitted"/>.
    /// </summary>
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.ReadCommitted;

    /// <summary>
    /// How long the broker may take to confirm a message, after the commit and from the dispatcher alike. The default
    /// is 5 seconds. From 100 milliseconds to 10 minutes. A message that is not confirmed in time stays in the outbox.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan MessageDeliveryTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The largest body that is given to the broker, in bytes: it closes the channel on which a larger one comes, and what
    /// else is on its way there has to be sent again. A message that is larger is parked at once. The default is
    /// 16,777,216 (16 MiB), as RabbitMQ's own <c>max_message_size</c>: change both together. From 65,536 to 536,870,912.
    /// </summary>
    [Range(64 * 1024, 512 * 1024 * 1024)]
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// How often the dispatcher tries a message that the broker refuses before it parks it. Attempts while the broker
    /// is away do not count. The default is 20. From 1 to 1,000.
    /// </summary>
    [Range(1, 1_000)]
    public int MaxAttempts { get; set; } = 20;

    /// <summary>
    /// How long the dispatcher waits after the first failed attempt; it doubles with every further one. The default is
    /// 1 second. From 10 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest wait between two attempts. The default is 5 minutes. From 10 milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the rows of confirmed messages are collected before they are deleted together, at most: while other
    /// processes work on the same outbox, whose ordered messages wait for these rows, they are deleted as soon as the
    /// last deletion is done. The default is 100 milliseconds. From 0 to 1 second, and it must be well under
    /// <see cref="MessageDeliveryTimeout"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan CleanupDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a consumed message is remembered, so that it is not consumed twice. The default is 30 minutes. From 1
    /// second to 30 days; keep it longer than a message may be delivered again.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan DuplicateDetectionWindow { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long the barrier remembers a step, where the context has that table. The default is 30 days. From 1 hour to
    /// 10 years; keep it longer than a saga can take.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "3653.00:00:00")]
    public TimeSpan BarrierWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Whether this process deletes what the two windows have passed. The default is true.</summary>
    public bool InboxCleanup { get; set; } = true;

    /// <summary>How often it does. The default is 1 minute. From 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan InboxCleanupDelay { get; set; } = TimeSpan.FromMinutes(1);
}
