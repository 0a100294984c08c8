using System.ComponentModel.DataAnnotations;

namespace Sagas.Persistence.Retention;

/// <summary>How long what is finished is kept; section <c>Sagas:Retention</c>.</summary>
public sealed class RetentionOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Retention";

    /// <summary>
    /// How long a saga is kept after it ended, with its history. The default is 30 days. From 1 minute to 10 years.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3653.00:00:00")]
    public TimeSpan FinishedSagas { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long it is kept what operators did to messages, circuit breakers and definitions, and what was refused them.
    /// The default is 365 days. From 1 day to 10 years.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3653.00:00:00")]
    public TimeSpan OperatorActions { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How often old rows are looked for. The default is 1 minute. From 1 second to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many rows are deleted in one transaction. The default is 500. From 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; set; } = 500;
}
