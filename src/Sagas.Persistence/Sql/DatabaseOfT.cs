using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence.Outbox;

namespace Sagas.Persistence.Sql;

/// <summary>Opens sessions to the database of a context, each with a context of its own.</summary>
internal sealed class Database<TDbContext>(
    IServiceScopeFactory scopes, SqlDialects dialects, EntityMaps maps, NamedDatabases<TDbContext>? named = null)
    where TDbContext : DbContext
{
    private string? _name;

    /// <summary>One of those that the context has, by its name; this one without a name.</summary>
    public Database<TDbContext> Of(string? name)
    {
        return name is null ? this : new Database<TDbContext>(scopes, dialects, maps, named) { _name = name };
    }

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> read, CancellationToken cancellationToken)
    {
        return RunAsync(read, isWrite: false, cancellationToken);
    }

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken)
    {
        return RunAsync(write, isWrite: true, cancellationToken);
    }

    /// <summary>Writes by a context that is there.</summary>
    public Task<T> WriteAsync<T>(
        DbContext context, Func<DatabaseSession, Task<T>> write, CancellationToken cancellationToken)
    {
        return RunAsync(context, write, isWrite: true, cancellationToken);
    }

    private async Task<T> RunAsync<T>(
        Func<DatabaseSession, Task<T>> work,
        bool isWrite,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (_name is not null)
        {
            named!.Use(scope.ServiceProvider, _name);
        }

        var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
        return await RunAsync(context, work, isWrite, cancellationToken);
    }

    private async Task<T> RunAsync<T>(
        DbContext context,
        Func<DatabaseSession, Task<T>> work,
        bool isWrite,
        CancellationToken cancellationToken)
    {
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
