using System.Globalization;
using DotNet.Testcontainers.Containers;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Whether the worker's process is still the same one, and how large it is.</summary>
/// <param name="Process">The container's process and since when it runs, and how often it was started again.</param>
/// <param name="ResidentMegabytes">Its memory.</param>
/// <param name="LogBytes">Size of its log in bytes.</param>
internal sealed record WorkerVitals(string Process, int ResidentMegabytes, long LogBytes)
{
    public static async Task<WorkerVitals> OfAsync(IContainer worker, CancellationToken ct)
    {
        var facts = await worker.InspectAsync(ct);
        var state = await worker.InspectStateAsync(ct);
        var process = $"{state.Pid} {state.StartedAt} {facts.RestartCount} {state.OOMKilled}";
        var memory = (await worker.ExecAsync(["grep", "VmRSS", "/proc/1/status"], ct)).Stdout;
        var kilobytes = memory.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1];
        var (log, errors) = await worker.GetLogsAsync(ct: ct);
        return new WorkerVitals(process, int.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024, log.Length + errors.Length);
    }
}
