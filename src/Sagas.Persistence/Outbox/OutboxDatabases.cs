using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Sagas.Persistence;

/// <summary>The databases of a context that has one for each tenant, say.</summary>
/// <param name="List">Names all of them.</param>
/// <param name="Use">Has a scope's context use one of them.</param>
internal sealed record NamedDatabases<TDbContext>(
    Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<string>>> List,
    Action<IServiceProvider, string> Use)
    where TDbContext : DbContext;

/// <summary>
/// Where the outbox of a context is: in the database that the context has in every scope, or in each of those that were
/// named.
/// </summary>
internal sealed class OutboxDatabases<TDbContext>(
    IServiceScopeFactory scopes, NamedDatabases<TDbContext>? named = null)
    where TDbContext : DbContext
{
    private readonly Lazy<Only> _only = new(() => Find(scopes));

    /// <summary>Whether the context has one database, and its process only that one to look after.</summary>
    public bool IsOne => named is null;

    /// <summary>The names of the databases, or one that is <see langword="null"/> where there is only one.</summary>
    public async Task<IReadOnlyCollection<string?>> ListAsync(CancellationToken cancellationToken)
    {
        if (named is null)
        {
            return [null];
        }

        await using var scope = scopes.CreateAsyncScope();
        return [.. (await named.List(scope.ServiceProvider, cancellationToken)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Looks at a context, of the first database where several are named; nothing comes of it where there is no context
    /// without a message.
    /// </summary>
    public async Task<T?> LookAsync<T>(Func<TDbContext, T?> look, CancellationToken cancellationToken)
    {
        var name = (await ListAsync(cancellationToken)).FirstOrDefault();
        await using var scope = scopes.CreateAsyncScope();
        if (name is not null)
        {
            named!.Use(scope.ServiceProvider, name);
        }
        else if (named is not null || _only.Value.Failure is not null)
        {
            return default;
        }

        return look(scope.ServiceProvider.GetRequiredService<TDbContext>());
    }

    /// <exception cref="ConfigurationException">Nobody would look after what is written to that database.</exception>
    public void ThrowIfUnknown(DbContext context)
    {
        if (named is not null
            || (context.Database.GetConnectionString() is { } text && text == _only.Value.ConnectionString)
            || (_only.Value.Key is { } key && key == KeyOf(context)))
        {
            return;
        }

        var name = typeof(TDbContext).Name;
        throw new ConfigurationException(
            $"{name} uses another database here than outside of a message, and the outbox there would have no dispatcher: "
            + $"name its databases by AddEntityFrameworkOutbox<{name}>(outbox => outbox.UseDatabases(...))."
            + (_only.Value.Failure is { } failure ? $" (Outside of a message it cannot be made: {failure.Message})" : ""),
            _only.Value.Failure!);
    }

    private static Only Find(IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        try
        {
            var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
            return new Only(context.Database.GetConnectionString(), KeyOf(context), null);
        }
        catch (Exception exception)
        {
            return new Only(null, null, exception);
        }
    }

    /// <summary>The same for connections of different users, names and settings.</summary>
    internal static string KeyOf(DbContext context)
    {
        var connection = context.Database.GetDbConnection();
        return connection switch
        {
            NpgsqlConnection => $"{connection.DataSource}/{connection.Database}/"
                + new NpgsqlConnectionStringBuilder(connection.ConnectionString).SearchPath,
            SqliteConnection { DataSource: { Length: > 0 } file } when file[0] != ':' => Path.GetFullPath(file),
            _ => $"{connection.DataSource}/{connection.Database}",
        };
    }

    private sealed record Only(string? ConnectionString, string? Key, Exception? Failure);
}
