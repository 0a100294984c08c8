using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Sql;

/// <summary>A statement with its parameters, <c>$1</c>, <c>$2</c> and so on, ready to be sent with others.</summary>
internal sealed class SqlStatement(string text)
{
    public string Text { get; } = text;

    public List<DbParameter> Parameters { get; } = [];

    /// <summary>
    /// Reads the rows that the statement returns, one after the other; or <see langword="null"/> when it returns none.
    /// </summary>
    public Action<DbDataReader>? OnRow { get; init; }

    /// <summary>Throws when the number of rows affected is not the right one; it is called before the commit.</summary>
    public Action<int>? Verify { get; init; }

    /// <summary>The verification that as many rows were there as were to be changed.</summary>
    /// <exception cref="DbUpdateConcurrencyException">There were not.</exception>
    public static Action<int> Affects(int rows, EntityMap map)
    {
        return affected =>
        {
            if (affected != rows)
            {
                throw new DbUpdateConcurrencyException(
                    $"{rows} rows of {map.Table} were to be changed or deleted, but {affected} are there.");
            }
        };
    }
}
