using Sagas.Contracts;

namespace Sagas.Dashboard.Viewing;

/// <summary>Reads the direction of a step as views have it.</summary>
internal static class Directions
{
    /// <summary>Whether it is the way back.</summary>
    public static bool IsCompensation(string? direction) => direction == nameof(StepDirection.Compensate);
}
