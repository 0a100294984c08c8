using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>The worker's store, without a bus.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public StoreHost(ITestDatabase database, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSagaPersistence(database.ConnectionString);
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public SagaSchema Schema => _services.GetRequiredService<SagaSchema>();

    public DateTime Now => _services.GetSagaClock().GetUtcNow().UtcDateTime;

    public static async Task<StoreHost> CreateAsync(
        ITestDatabase database,
        Action<IServiceCollection>? configure = null)
    {
        var host = new StoreHost(database, configure);
        await host.Schema.MigrateAsync();
        return host;
    }

    public async Task<T> QueryAsync<T>(Func<SagaStoreDbContext, Task<T>> query)
    {
        await using var scope = _services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>());
    }

    public Task AddAsync(params object[] rows)
    {
        return QueryAsync(context =>
        {
            context.AddRange(rows);
            return context.SaveChangesAsync();
        });
    }

    /// <summary>The rows of a query, each a line of its values.</summary>
    public Task<List<string>> ReadAsync(string sql)
    {
        return QueryAsync(async context =>
        {
            await context.Database.OpenConnectionAsync();
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var lines = new List<string>();
            while (await reader.ReadAsync())
            {
                lines.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount)
                    .Select(i => reader.IsDBNull(i) ? "-" : FormattableString.Invariant($"{reader.GetValue(i)}"))));
            }

            return lines;
        });
    }

    /// <summary>Runs the work in a delivery transaction, as an endpoint does.</summary>
    public async Task<T> DeliverAsync<T>(Func<IDeliveryTransaction, Task<T>> work)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>();
        await using var transaction = await OwnTransaction.BeginAsync(
            context,
            _services.GetRequiredService<SqlDialects>().Of(context),
            _services.GetRequiredService<EntityMaps>(),
            IsolationLevel.ReadCommitted,
            CancellationToken.None);
        var result = await work(transaction);
        await transaction.CommitAsync();
        return result;
    }

    public ValueTask DisposeAsync()
    {
        return _services.DisposeAsync();
    }
}
