using System.Diagnostics.Metrics;

namespace Sagas.Orchestration.Telemetry;

/// <summary>Into which buckets durations fall.</summary>
internal static class MetricBuckets
{
    /// <summary>From what a quick step takes to what a saga with retries and waiting does.</summary>
    public static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 86400],
    };
}
