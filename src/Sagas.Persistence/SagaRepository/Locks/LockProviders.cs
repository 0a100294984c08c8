using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Sagas.Persistence.SagaRepository.Locks;

/// <summary>What a lock statement provider means here, where locks are the repository's own.</summary>
internal static class LockProviders
{
    /// <summary>Whether it is one of those that are there for their names, and not one that somebody wrote.</summary>
    public static bool IsKnown(ILockStatementProvider provider) =>
        provider.GetType() is var type
        && (type == typeof(PostgresLockStatementProvider)
            || type == typeof(SqliteLockStatementProvider)
            || type == typeof(SqlServerLockStatementProvider));

    /// <summary>What it says about the context's database, for the check at the start.</summary>
    public static (string Statement, Func<DatabaseFacade, bool> IsRight)? StatementOf(ILockStatementProvider provider) =>
        provider switch
        {
            PostgresLockStatementProvider => ("UsePostgres", database => database.IsNpgsql()),
            SqliteLockStatementProvider => ("UseSqlite", database => database.IsSqlite()),
            // It is refused by its own database, which no context here may have.
            SqlServerLockStatementProvider => ("UseSqlServer", _ => true),
            _ => null,
        };
}
