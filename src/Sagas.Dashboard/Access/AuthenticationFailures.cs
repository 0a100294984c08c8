using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Counts wrong keys and tokens, logs them, and slows down an address that sends many. A right one is accepted all the
/// same, since many callers may share an address, that of a proxy, and one that goes wrong must not lock out the
/// others.
/// </summary>
internal sealed class AuthenticationFailures : IDisposable
{
    private readonly AccessMetrics _metrics;
    private readonly ILogger<AuthenticationFailures> _logger;
    private readonly PartitionedRateLimiter<IPAddress> _limiter;

    public AuthenticationFailures(
        IOptions<ApiOptions> options, AccessMetrics metrics, ILogger<AuthenticationFailures> logger)
    {
        (_metrics, _logger) = (metrics, logger);
        var perMinute = options.Value.FailuresPerMinute;
        var limit = new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = perMinute,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        };
        _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
            address => RateLimitPartition.GetTokenBucketLimiter(CallerNetwork.Of(address), _ => limit));
    }

    /// <summary>Takes note of a wrong key or token.</summary>
    /// <param name="context">The request.</param>
    /// <param name="reason">Why it was not accepted: one of <see cref="AuthenticationReasons"/>.</param>
    /// <returns>After how many seconds its address may try again; <see langword="null"/> if at once.</returns>
    public int? Note(HttpContext context, string reason)
    {
        _metrics.Failed(reason);
        var address = CallerAddress.Of(context) ?? IPAddress.Loopback;
        using var lease = _limiter.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                ? (int)Math.Ceiling(wait.TotalSeconds)
                : 1;
        }

        _logger.NotAuthenticated(context.Request.Method, context.Request.Path, address.ToString(), reason);
        return null;
    }

    public void Dispose() => _limiter.Dispose();
}
