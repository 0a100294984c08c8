using System.Globalization;
using System.Text.RegularExpressions;
using DotNet.Testcontainers.Containers;

namespace Sagas.Benchmarks.Measuring;

/// <summary>Counts the messages that RabbitMQ has taken from publishers.</summary>
internal static partial class PublishedMessages
{
    /// <remarks>Asking takes a second of CPU time: never in the middle of a measurement.</remarks>
    public static async Task<double> CountAsync(IContainer broker, CancellationToken stop)
    {
        var overview = await broker.ExecAsync(["rabbitmqctl", "eval", "rabbit_global_counters:overview()."], stop);
        return Received().Matches(overview.Stdout)
            .Sum(x => double.Parse(x.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"messages_received_total\s*=>\s*(\d+)")]
    private static partial Regex Received();
}
