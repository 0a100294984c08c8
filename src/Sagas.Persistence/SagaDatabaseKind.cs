namespace Sagas.Persistence;

/// <summary>The databases that sagas can be stored in.</summary>
public enum SagaDatabaseKind
{
    /// <summary>PostgreSQL.</summary>
    PostgreSql,

    /// <summary>SQLite: a file, no server.</summary>
    Sqlite,
}
