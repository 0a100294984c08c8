namespace Sagas.Dashboard.Viewing;

/// <summary>A time in which nothing happened by itself, left out of the axis.</summary>
internal readonly record struct TimeGap(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}
