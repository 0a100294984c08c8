namespace Sagas.Dashboard.Viewing;

/// <summary>A bar of the timeline.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Kind">What it is.</param>
/// <param name="End">How it ends.</param>
internal sealed record TimelineBar(DateTimeOffset From, DateTimeOffset To, BarKind Kind, BarEnd End);
