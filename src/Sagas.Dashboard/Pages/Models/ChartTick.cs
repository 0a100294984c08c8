namespace Sagas.Dashboard.Pages.Models;

/// <summary>A label of the axis.</summary>
/// <param name="X">Its place.</param>
/// <param name="Label">The time since the saga's start.</param>
public sealed record ChartTick(double X, string Label);
