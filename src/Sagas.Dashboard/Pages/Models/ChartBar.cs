namespace Sagas.Dashboard.Pages.Models;

/// <summary>A bar of the timeline.</summary>
/// <param name="X">Where it begins.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Kind">The style class of what it is.</param>
/// <param name="End">The style class of how it ended.</param>
/// <param name="Mark">The sign of how it ended, if it did.</param>
/// <param name="Told">The same in words.</param>
public sealed record ChartBar(double X, double Width, string Kind, string End, string Mark, string Told);
