using System.ComponentModel.DataAnnotations;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>How steps are carried out over HTTP. Section <c>Sagas:Http</c>.</summary>
public sealed class HttpOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Http";

    /// <summary>
    /// The hosts that may be called: <c>payments.example</c> on the scheme's own port, <c>payments.example:8443</c>, or
    /// <c>*.example</c> for every host below. The default is none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// The values of headers that definitions name as secrets, by name. They stand in the configuration alone: never in
    /// a table, a message, a log or an error. The default is none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Secrets { get; set; } = new Dictionary<string, string>();

    /// <summary>
    /// How long it may take to open a connection. The default is 5 seconds. Value must be from 10 milliseconds to 10
    /// minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest response that is read, in bytes. The default is 1,048,576. Value must be from 1,024 to 67,108,864.
    /// </summary>
    [Range(1_024, 67_108_864)]
    public int MaxResponseBytes { get; set; } = 1_048_576;

    /// <summary>How many redirects in a row are followed. The default is 5. Value must be from 0 to 20.</summary>
    [Range(0, 20)]
    public int MaxRedirects { get; set; } = 5;

    /// <summary>
    /// How often a service that works on a step is asked whether it is done, where it does not say itself. The default
    /// is 5 seconds. Value must be from 100 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many commands are worked on at the same time, those that wait for their turn included. The default is 1,000.
    /// Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int ConcurrentSteps { get; set; } = 1_000;
}
