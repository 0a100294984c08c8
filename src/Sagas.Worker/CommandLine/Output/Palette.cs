using Spectre.Console;

namespace Sagas.Worker.CommandLine.Output;

/// <summary>The colours: what they mean is the same everywhere, and never said by them alone.</summary>
internal static class Palette
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Faint = new(Color.Grey);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Bad = new(Color.Red);
    public static readonly Style Doubtful = new(Color.Fuchsia);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Moving = new(Color.Blue);
    public static readonly Style Undoing = new(Color.Olive);

    /// <summary>The colour of a saga's state.</summary>
    public static Style OfState(string state) => state switch
    {
        "Running" => Moving,
        "Compensating" => Undoing,
        "Suspended" => Bad,
        "Completed" => Good,
        "Compensated" => Warning,
        _ => Faint,
    };

    /// <summary>The colour of a step's status.</summary>
    public static Style OfStep(string status) => status switch
    {
        "Succeeded" => Good,
        "Running" => Moving,
        "Compensating" => Undoing,
        "Compensated" => Warning,
        "Failed" or "CompensationFailed" => Bad,
        "Unknown" => Doubtful,
        _ => Faint,
    };
}
