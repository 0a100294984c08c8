using System.ComponentModel.DataAnnotations;
using Sagas.Dashboard.Access;

namespace Sagas.Dashboard.Api;

/// <summary>Where and how the worker serves HTTP. Section <c>Sagas:Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>The section that the options are bound from.</summary>
    public const string Section = "Sagas:Api";

    /// <summary>Whether the worker serves HTTP at all. The default is true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The addresses that it listens on, separated by semicolons; <c>https</c> takes a <see cref="Certificate"/>. The
    /// default is <c>http://127.0.0.1:8080</c>. Port 0 is any that is free; the log says which. Where others than this
    /// machine can reach them, the worker starts only with <see cref="Keys"/>, <see cref="Jwt"/> or
    /// <see cref="AllowAnonymous"/>.
    /// </summary>
    public string Listen { get; set; } = "http://127.0.0.1:8080";

    /// <summary>
    /// Addresses of their own for <c>/health</c> and nothing else, separated by semicolons: a probe is answered there
    /// whatever is done to <see cref="Listen"/>. Nobody needs a key there, and it is served also where
    /// <see cref="Enabled"/> is false. The default is none; <see cref="Listen"/> serves <c>/health</c> in any case.
    /// </summary>
    public string? HealthListen { get; set; }

    /// <summary>The certificate of addresses that begin with <c>https</c>.</summary>
    public ApiCertificateOptions Certificate { get; set; } = new();

    /// <summary>
    /// The keys that may use the API, by their names. By default none; one is enough for a key to be demanded of all.
    /// </summary>
    public IReadOnlyDictionary<string, ApiKeyOptions> Keys { get; set; } = new Dictionary<string, ApiKeyOptions>();

    /// <summary>The tokens that may use the API.</summary>
    public ApiJwtOptions Jwt { get; set; } = new();

    /// <summary>
    /// Whether the worker starts although others than this machine can reach it and neither keys nor tokens are
    /// configured: everybody may do everything then. It changes nothing where they are. The default is false.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Further names by which the worker may be called while it demands neither keys nor tokens. IP addresses,
    /// <c>localhost</c> and names without a dot may always be used. The default is none.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Whether <c>/metrics</c> is for everybody, as <c>/health</c> is. The default is false: it takes the right to
    /// read.
    /// </summary>
    public bool AnonymousMetrics { get; set; }

    /// <summary>
    /// How long somebody who signed in with a browser stays so without doing anything. The default is 1 hour. Value
    /// must be from 1 minute to 12 hours, which is how long it lasts at most, whatever is done.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The folder with the keys that protect browsers' sessions, for workers behind one address to share. By default
    /// they are in memory: a session belongs to the worker that began it, and ends with it.
    /// </summary>
    public string? SessionKeyPath { get; set; }

    /// <summary>
    /// How many requests with a wrong key or token an address may make in a minute and be answered with 401; further
    /// ones are answered with 429 and not logged. A right one is always accepted. The default is 20. Value must be from
    /// 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int FailuresPerMinute { get; set; } = 20;

    /// <summary>
    /// How many connections there may be at once; further ones are closed. The default is 1,000. Value must be from 10
    /// to 100,000.
    /// </summary>
    [Range(10, 100_000)]
    public int MaxConnections { get; set; } = 1_000;

    /// <summary>
    /// How many connections one address may have at once, of version 6 one network of 64 bits; further ones are closed.
    /// Those of <see cref="TrustedProxies"/> are not counted; who is behind them may have as many requests at once, and
    /// further ones are answered with 429. The default is 200. Value must be from 0, which limits nothing, to 100,000.
    /// </summary>
    [Range(0, 100_000)]
    public int MaxConnectionsPerAddress { get; set; } = 200;

    /// <summary>
    /// The proxies in front of the worker, as addresses or networks (<c>10.0.0.0/8</c>), separated by commas: what they
    /// say in <c>X-Forwarded-For</c> is taken for the address that a request comes from. The default is none.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// How long the headers of a request may take; then its connection is closed. The default is 10 seconds. Value must
    /// be from 1 second to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may stay open without a request; then it is closed. Behind a proxy that keeps connections,
    /// longer than the proxy keeps them. The default is 30 seconds. Value must be from 1 second to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a request may take in all, the reading of its body included; then it is answered with 408. The default
    /// is 30 seconds. Value must be from 100 milliseconds to 1 hour.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the worker itself may take over a request that it has read: its database, and for a start or a command
    /// its broker; then it is answered with 503. The default is 25 seconds. Value must be from 100 milliseconds to
    /// <see cref="RequestTimeout"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// The largest body of a request, in bytes; a larger one is answered with 413. The default is 1,048,576 (1 MiB).
    /// Value must be from 1 KiB to 64 MiB. What an input may have in it is limited by <c>Sagas:Start:MaxInputBytes</c>.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxRequestBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How many items a page has when the request does not say. The default is 50. Value must be from 1 to
    /// <see cref="MaxPageSize"/>.
    /// </summary>
    [Range(1, 1_000)]
    public int PageSize { get; set; } = 50;

    /// <summary>How many items a page has at most. The default is 200. Value must be from 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int MaxPageSize { get; set; } = 200;

    /// <summary>
    /// How old the counts of sagas may be: the database counts at most once in that time, whoever asks, and at most for
    /// a twentieth of its time. The default is 5 seconds. Value must be from 0, which always counts, to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan CountsAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long it may take until the live feed is connected; then it is refused with 503. The default is 10 seconds.
    /// Value must be from 100 milliseconds to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan FeedConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long sending one message of the live feed may take; then its connection is given up. A message is sent at
    /// least every half of it, so that who listens may take a longer silence for a dead connection. The default is 30
    /// seconds. Value must be from 100 milliseconds to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan FeedMessageTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often each live feed looks for changes. The default is 500 milliseconds. Value must be from 20 milliseconds
    /// to 1 minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan FeedInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How many live feeds a worker serves at once. The default is 100. Value must be from 1 to 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxFeeds { get; set; } = 100;

    /// <summary>
    /// How many of them one caller has at most, a key or token at an address. The default is 20. Value must be from 1 to
    /// 10,000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxFeedsPerCaller { get; set; } = 20;

    /// <summary>Whether a key or a token is demanded.</summary>
    internal bool DemandsCredentials => Keys.Count > 0 || Jwt.IsUsed;
}
