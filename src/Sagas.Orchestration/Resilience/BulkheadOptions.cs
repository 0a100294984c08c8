using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Resilience;

/// <summary>
/// How much of this worker external calls may take, so that a slow destination leaves room for the others. Section
/// <c>Sagas:Bulkhead</c>.
/// </summary>
public sealed class BulkheadOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Bulkhead";

    /// <summary>
    /// How many calls a destination has at once. The default is 10. Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int ConcurrentCalls { get; set; } = 10;

    /// <summary>
    /// How many further calls to a destination wait in line in this process; what comes then waits in the database. The
    /// default is 100. Value must be from 0 to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int WaitingCalls { get; set; } = 100;

    /// <summary>
    /// How long a call waits in line, for whatever it is, before its step waits in the database. The default is 5
    /// seconds. Value must be from 0 to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a step that found no room waits in the database at least. The default is 5 seconds. Value must be from
    /// 1 second to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many connections are in use at once, by all calls. The default is 20. Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int Connections { get; set; } = 20;

    /// <summary>
    /// How many connections are in use at once to one host and port. The default is 5. Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int ConnectionsPerRoute { get; set; } = 5;

    /// <summary>
    /// How many bytes of payload all calls keep in memory. The default is 536,870,912, 512 MB. Value must be from 1,024
    /// to 2,147,483,647.
    /// </summary>
    [Range(1024, int.MaxValue)]
    public int PayloadBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>
    /// How many bytes of payload the calls of one operation, that is of one step of a definition, keep in memory; one
    /// call alone must not be larger. The default is 67,108,864, 64 MB. Value must be from 1,024 to 2,147,483,647.
    /// </summary>
    [Range(1024, int.MaxValue)]
    public int OperationPayloadBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// The share of all its processors, in percent, over which this process begins no further call. The default is 80.
    /// Value must be from 1 to 100; 100 together with a <see cref="CallCpuPercent"/> of 0 switches the limit off.
    /// </summary>
    [Range(1, 100)]
    public int CpuPercent { get; set; } = 80;

    /// <summary>
    /// What a call that has begun since the processors' use was last measured, and is not over yet, is taken to add to
    /// it, in percent. The default is 10. Value must be from 0 to 100, and not more than <see cref="CpuPercent"/>.
    /// </summary>
    [Range(0, 100)]
    public int CallCpuPercent { get; set; } = 10;

    /// <summary>
    /// How often the processors' use is measured. The default is 250 milliseconds. Value must be from 10 milliseconds
    /// to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CpuInterval { get; set; } = TimeSpan.FromMilliseconds(250);
}
