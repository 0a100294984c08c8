using System.Globalization;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Samples.Faults;

/// <summary>
/// A switch from a saga's input, <c>"faults": { "charge-card": "fail-times:2", "charge-card:compensate": "hang" }</c>,
/// so that each saga is driven by itself. samples/README.md lists the switches.
/// </summary>
/// <param name="Kind">What it makes the step do.</param>
/// <param name="Times">How many attempts it applies to, from the first on.</param>
/// <param name="Delay">By how much the answer is late.</param>
public sealed record StepFault(StepFaultKind Kind, int Times = int.MaxValue, TimeSpan Delay = default)
{
    private const string Allowed =
        "fail, fail-once, fail-times:N, fail-always, hang, hang-once, hang-times:N, late:3s, late:300ms or die";

    private static readonly StepFault None = new(StepFaultKind.None);

    /// <summary>The switch that applies to this attempt.</summary>
    /// <exception cref="StepFailedException">The input has a switch that does not exist
    /// (<c>INVALID_FAULT</c>).</exception>
    public static StepFault Of(StepContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var name = context.Direction == StepDirection.Execute ? context.Step : $"{context.Step}:compensate";
        var input = context.Command.Input;
        if (input.ValueKind != JsonValueKind.Object
            || !input.TryGetProperty("faults", out var faults)
            || faults.ValueKind != JsonValueKind.Object
            || !faults.TryGetProperty(name, out var fault))
        {
            return None;
        }

        var text = fault.ToString();
        var parsed = Parse(text) ?? throw new StepFailedException(
            "INVALID_FAULT", $"The saga's input has faults.{name} = '{text}'. Use {Allowed}.");
        return context.Attempt <= parsed.Times ? parsed : None;
    }

    /// <summary>Reads a switch.</summary>
    /// <returns>The switch, or <see langword="null"/> when there is no such switch.</returns>
    public static StepFault? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (name, value) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, null);
        return (name, value) switch
        {
            ("fail", null) => new StepFault(StepFaultKind.Fail),
            ("fail-once", null) => new StepFault(StepFaultKind.FailTimes, 1),
            ("fail-always", null) => new StepFault(StepFaultKind.FailTimes),
            ("fail-times", { } times) when Count(times) is { } count => new StepFault(StepFaultKind.FailTimes, count),
            ("hang", null) => new StepFault(StepFaultKind.Hang),
            ("hang-once", null) => new StepFault(StepFaultKind.Hang, 1),
            ("hang-times", { } times) when Count(times) is { } count => new StepFault(StepFaultKind.Hang, count),
            ("die", null) => new StepFault(StepFaultKind.Die),
            ("late", { } delay) when Time(delay) is { } time => new StepFault(StepFaultKind.Late, Delay: time),
            _ => null,
        };
    }

    private static int? Count(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    private static TimeSpan? Time(string text)
    {
        var (digits, unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], TimeSpan.FromMilliseconds(1))
            : text.EndsWith('s') ? (text[..^1], TimeSpan.FromSeconds(1))
            : ("", TimeSpan.Zero);
        return Count(digits) is { } count ? count * unit : null;
    }
}
