using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Sagas.Orchestration.Telemetry.Tracing;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>What workers say to each other about a command that they leave to one another.</summary>
/// <param name="Passed">The workers that have passed it on, separated by commas.</param>
/// <param name="Waits">How often it has waited, and gone round again.</param>
/// <param name="MayHaveActed">
/// Whether the call may have had its effect: the broker delivered the command twice, because a worker that had it died,
/// or the service pointed to its result where this worker may not ask for it.
/// </param>
internal sealed record HandoverHeaders(string Passed, int Waits, bool MayHaveActed)
{
    private const string PassedHeader = "Sagas-Passed-By";
    private const string WaitsHeader = "Sagas-Waits";
    private const string MayHaveActedHeader = "Sagas-May-Have-Acted";

    // Of more workers than that, the rest do not get it before it has waited.
    private const int MostPassed = 32;

    public static HandoverHeaders Of(ConsumeContext context) => new(
        context.Headers.Get<string>(PassedHeader) ?? "",
        int.TryParse(
            context.Headers.Get<string>(WaitsHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var waits)
            ? waits
            : 0,
        context.ReceiveContext.Redelivered || context.Headers.Get<string>(MayHaveActedHeader) is not null);

    public bool HasPassed(string worker)
    {
        var workers = Passed.Split(',');
        return workers.Length >= MostPassed || workers.Contains(worker);
    }

    public HandoverHeaders PassedBy(string worker) =>
        this with { Passed = Passed.Length == 0 ? worker : $"{Passed},{worker}" };

    public HandoverHeaders AfterWait() => this with { Passed = "", Waits = Waits + 1 };

    public void Put(SendContext message, ActivityContext trace)
    {
        message.Headers.Set(PassedHeader, Passed.Length == 0 ? null : Passed);
        message.Headers.Set(WaitsHeader, Waits == 0 ? null : Waits.ToString(CultureInfo.InvariantCulture));
        message.Headers.Set(MayHaveActedHeader, MayHaveActed ? "true" : null);
        TraceContexts.Put(message, trace);
    }
}
