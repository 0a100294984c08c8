using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sagas.Persistence.Model;

/// <summary>
/// Instants are UTC, in whole microseconds: what PostgreSQL can hold, so that a value read back equals the one written
/// on either database.
/// </summary>
internal sealed class UtcDateTimeConverter() : ValueConverter<DateTime, DateTime>(
    value => Truncate(value),
    value => DateTime.SpecifyKind(value, DateTimeKind.Utc))
{
    public static DateTime Truncate(DateTime value)
    {
        return new DateTime(value.Ticks - value.Ticks % TimeSpan.TicksPerMicrosecond, DateTimeKind.Utc);
    }
}
