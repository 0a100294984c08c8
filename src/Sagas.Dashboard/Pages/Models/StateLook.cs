namespace Sagas.Dashboard.Pages.Models;

/// <summary>How the states of sagas and steps look. What the colour says, the sign and the word say as well.</summary>
internal static class StateLook
{
    /// <summary>The style class of its colours.</summary>
    public static string ClassOf(string state) => state switch
    {
        "Running" => "moving",
        "Compensating" => "undoing",
        "Suspended" or "Failed" or "CompensationFailed" or "Open" => "bad",
        "Completed" or "Succeeded" or "Closed" => "good",
        "Compensated" or "HalfOpen" => "undone",
        "Unknown" => "doubtful",
        _ => "still",
    };

    /// <summary>A sign of one character.</summary>
    public static string SignOf(string state) => state switch
    {
        "Running" => "▶",
        "Compensating" => "◀",
        "Suspended" or "Open" => "!",
        "Failed" or "CompensationFailed" => "✗",
        "Completed" or "Succeeded" or "Closed" => "✓",
        "Compensated" => "↩",
        "Unknown" or "HalfOpen" => "?",
        "Skipped" => "»",
        "Aborted" => "■",
        _ => "·",
    };
}
