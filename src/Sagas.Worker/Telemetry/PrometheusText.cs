using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sagas.Worker.Telemetry;

/// <summary>Writes metrics in Prometheus' text format 0.0.4.</summary>
internal sealed class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Writes who it is that tells.</summary>
    public void Write(Resource resource)
    {
        Head("target_info", "Who tells these metrics.", "gauge");
        var labels = resource.Attributes.Select(x => (PrometheusName.OfAttribute(x.Key), Text(x.Value)));
        Sample("target_info", Labels(labels), 1);
    }

    /// <summary>Writes a metric. Exponential histograms, which the format does not know, are left out.</summary>
    public void Write(Metric metric)
    {
        var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var isHistogram = metric.MetricType == MetricType.Histogram;
        if (metric.MetricType == MetricType.ExponentialHistogram)
        {
            return;
        }

        var name = PrometheusName.OfInstrument(
            metric.Name, metric.Unit, isCounter, isGauge: !isCounter && !isHistogram);
        Head(name, metric.Description, isCounter ? "counter" : isHistogram ? "histogram" : "gauge");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (isHistogram)
            {
                Histogram(name, labels, point);
            }
            else
            {
                Sample(name, labels, Value(metric.MetricType, point));
            }
        }
    }

    public override string ToString() => _text.ToString();

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private void Histogram(string name, string labels, in MetricPoint point)
    {
        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            // Prometheus' buckets hold all that is not over their bound, OpenTelemetry's what is between two bounds.
            count += bucket.BucketCount;
            var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            Sample($"{name}_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", count);
        }

        Sample($"{name}_sum", labels, point.GetHistogramSum());
        Sample($"{name}_count", labels, point.GetHistogramCount());
    }

    private void Head(string name, string? help, string type)
    {
        if (!string.IsNullOrEmpty(help))
        {
            _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help, isLabel: false)).Append('\n');
        }

        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<(string, string)>(tags.Count);
        foreach (var (key, value) in tags)
        {
            labels.Add((PrometheusName.OfAttribute(key), Text(value)));
        }

        return Labels(labels);
    }

    /// <summary>Attributes whose names become the same share a label.</summary>
    private static string Labels(IEnumerable<(string Name, string Value)> labels) => string.Join(',', labels
        .GroupBy(x => x.Name, StringComparer.Ordinal)
        .OrderBy(x => x.Key, StringComparer.Ordinal)
        .Select(x => $"{x.Key}=\"{Escape(string.Join(';', x.Select(label => label.Value)), isLabel: true)}\""));

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Escape(string text, bool isLabel)
    {
        text = text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return isLabel ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
