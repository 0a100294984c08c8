using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sagas.Worker.Telemetry;

/// <summary>Turns what the SDK has gathered into <see cref="PrometheusText"/>.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    /// <summary>The last text.</summary>
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        text.Write(ParentProvider.GetResource());
        foreach (var metric in batch)
        {
            text.Write(metric);
        }

        Text = text.ToString();
        return ExportResult.Success;
    }
}
