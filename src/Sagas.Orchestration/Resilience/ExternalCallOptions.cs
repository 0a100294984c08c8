using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.Resilience;

/// <summary>How long an external call may take. Section <c>Sagas:ExternalCall</c>.</summary>
/// <remarks>
/// The timeout of the call covers its waiting in line for a place and the call itself. It should be shorter than that
/// of the step, so that the step's outcome is told rather than guessed, and longer than the response's by
/// <see cref="BulkheadOptions.MaxWait"/>, so that a call that waited in line still has its full time.
/// </remarks>
public sealed class ExternalCallOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:ExternalCall";

    /// <summary>
    /// How long a call may take in all. The default is 45 seconds. Value must be from 100 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How long its response may take, from the moment on that the request is sent. The default is 40 seconds. Value
    /// must be from 100 milliseconds to <see cref="Timeout"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(40);
}
