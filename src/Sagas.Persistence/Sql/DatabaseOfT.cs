using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Persistence;

/// <summary>Opens sessions to the database of a context, each with a context of its own.</summary>
internal sealed class Database<TDbContext>(IServiceScopeFactory scopes, SqlDialects dialects, EntityMaps maps)
    where TDbContext : DbContext
{
    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken)
    {
        return RunAsync(read, isWrite: false, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken)
    {
        return RunAsync(write, isWrite: true, cancellationToken);
    }

    private async Task<T> RunAsync<T>(
        Func<DatabaseSession, Task<T>> work,
        bool isWrite,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
        var dialect = dialects.Of(context);
        using var turn = isWrite ? await dialect.EnterAsync(context, cancellationToken) : null;
        await context.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await work(new DatabaseSession(context, dialect, maps));
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
        }
    }
}
