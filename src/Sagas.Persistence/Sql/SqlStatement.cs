using System.Data.Common;

namespace Sagas.Persistence;

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
}
