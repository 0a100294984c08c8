using System.Data.Common;

namespace Sagas.Persistence.Sql;

/// <summary>Reads what commands return.</summary>
internal static class DbCommandExtensions
{
    /// <summary>The values of the first column of all rows.</summary>
    public static async Task<IReadOnlyList<T>> ReadColumnAsync<T>(
        this DbCommand command, CancellationToken cancellationToken)
    {
        var values = new List<T>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }
}
