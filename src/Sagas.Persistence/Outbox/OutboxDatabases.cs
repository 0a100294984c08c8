using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Outbox;

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
    IServiceScopeFactory scopes,
    ILogger<OutboxDatabases<TDbContext>> logger,
    NamedDatabases<TDbContext>? named = null) : IDisposable
    where TDbContext : DbContext
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Only? _only;
    private volatile Listed? _listed;

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
        var names = await ListAsync(named, scope.ServiceProvider, cancellationToken);
        if (_listed is { } listed && !listed.Names.SetEquals(names))
        {
            _listed = null;
        }

        return names;
    }

    /// <summary>
    /// Looks at a context, of the first database where several are named. A context that cannot be had now, or without a
    /// message, is not looked at, and the log says so.
    /// </summary>
    /// <exception cref="ConfigurationException">The context is not registered.</exception>
    public async Task<T?> LookAsync<T>(Func<TDbContext, T?> look, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.ThrowIfUnregistered<TDbContext>($"AddEntityFrameworkOutbox<{typeof(TDbContext).Name}>");
        TDbContext context;
        try
        {
            if (named is not null)
            {
                if (await ListAsync(named, scope.ServiceProvider, cancellationToken) is not [var name, ..])
                {
                    return default;
                }

                named.Use(scope.ServiceProvider, name);
            }

            context = scope.ServiceProvider.GetRequiredService<TDbContext>();
        }
        catch (Exception exception) when (!HostEnd.Explains(exception, cancellationToken))
        {
            PersistenceLog.OutboxModelNotChecked(logger, exception, typeof(TDbContext).Name);
            return default;
        }

        return look(context);
    }

    /// <exception cref="ConfigurationException">Nobody would look after what is written to that database.</exception>
    public ValueTask ThrowIfUnknownAsync(DbContext context, CancellationToken cancellationToken)
    {
        if (named is not null)
        {
            return new ValueTask(ThrowIfUnlistedAsync(named, KeyOf(context), cancellationToken));
        }

        ThrowIfOther(context);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<string[]> ListAsync(
        NamedDatabases<TDbContext> named, IServiceProvider provider, CancellationToken cancellationToken)
    {
        return [.. (await named.List(provider, cancellationToken)).Distinct(StringComparer.Ordinal)];
    }

    private void ThrowIfOther(DbContext context)
    {
        var only = _only ?? Find();
        if ((context.Database.GetConnectionString() is { } text && text == only.ConnectionString)
            || (only.Key is { } key && key == KeyOf(context)))
        {
            return;
        }

        var name = typeof(TDbContext).Name;
        throw new ConfigurationException(
            $"{name} uses another database here than outside of a message, and the outbox there would have no dispatcher: "
            + $"name its databases by AddEntityFrameworkOutbox<{name}>(outbox => outbox.UseDatabases(...))."
            + (only.Failure is { } failure ? $" (Outside of a message it cannot be made: {failure.Message})" : ""),
            only.Failure!);
    }

    /// <summary>Remembers what it finds; a failure may pass.</summary>
    private Only Find()
    {
        using var scope = scopes.CreateScope();
        try
        {
            var context = scope.ServiceProvider.GetRequiredService<TDbContext>();
            return _only = new Only(context.Database.GetConnectionString(), KeyOf(context), null);
        }
        catch (Exception exception)
        {
            return new Only(null, null, exception);
        }
    }

    private async Task ThrowIfUnlistedAsync(
        NamedDatabases<TDbContext> databases, string key, CancellationToken cancellationToken)
    {
        if (IsListed(key))
        {
            return;
        }

        // One at a time: many deliveries may be the first.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (IsListed(key))
            {
                return;
            }

            var listed = await LookUpAsync(databases, cancellationToken);
            _listed = listed;
            if (listed.Keys.Contains(key))
            {
                return;
            }

            var name = typeof(TDbContext).Name;
            throw new ConfigurationException(
                $"{name} uses {key} here, which is none of the databases that outbox.UseDatabases(...) of "
                + $"AddEntityFrameworkOutbox<{name}> lists, and the outbox there would have no dispatcher: have it list every "
                + "database, a new one before it is used."
                + (listed.Failure is { } failure ? $" (Of one that it lists no context can be made: {failure.Message})" : ""),
                listed.Failure!);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsListed(string key) => _listed?.Keys.Contains(key) == true;

    private async Task<Listed> LookUpAsync(
        NamedDatabases<TDbContext> databases, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var names = await ListAsync(databases, scope.ServiceProvider, cancellationToken);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        Exception? failure = null;
        foreach (var name in names)
        {
            await using var one = scopes.CreateAsyncScope();
            try
            {
                databases.Use(one.ServiceProvider, name);
                keys.Add(KeyOf(one.ServiceProvider.GetRequiredService<TDbContext>()));
            }
            catch (Exception exception)
            {
                // The others are known all the same.
                failure = exception;
            }
        }

        return new Listed(names.ToHashSet(StringComparer.Ordinal), keys, failure);
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

    private sealed record Listed(HashSet<string> Names, HashSet<string> Keys, Exception? Failure);
}
