using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.SagaRepository;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

internal static class StoreHostExtensions
{
    extension(StoreHost host)
    {
        public string Prefix =>
            host.Services.GetRequiredService<SagaDatabase>().Kind == SagaDatabaseKind.Sqlite ? "" : "sagas.";

        public T Hosted<T>() => host.Services.GetServices<IHostedService>().OfType<T>().Single();

        public FlatSagaTable<SagaState> Table(IDeliveryTransaction transaction)
        {
            var map = host.Services.GetRequiredService<EntityMaps>().Get<SagaState>(transaction.DbContext);
            return new FlatSagaTable<SagaState>((DeliveryTransaction)transaction, map, ConcurrencyMode.Pessimistic);
        }
    }
}

/// <summary>Rows to test with.</summary>
internal static class TestSaga
{
    public static SagaState Create(DateTime? dueAt, DateTime? endedAt = null)
    {
        var started = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        return new SagaState
        {
            CorrelationId = Guid.NewGuid(),
            Name = "order",
            Version = 1,
            State = endedAt is null ? "Running" : "Completed",
            DueAt = dueAt,
            StartedAt = started,
            UpdatedAt = started,
            EndedAt = endedAt,
        };
    }

    /// <summary>What a newer worker leaves behind when it migrates.</summary>
    public static Task AddNewerMigrationAsync(this StoreHost host, string migration, string? oldestWorker)
    {
        return host.QueryAsync(async context =>
        {
            var history = context.GetService<IHistoryRepository>();
            await context.Database.ExecuteSqlRawAsync(
                history.GetInsertScript(new HistoryRow(migration, ProductInfo.GetVersion())));
            if (oldestWorker is not null)
            {
                context.SchemaChanges.Add(new SchemaChange { Migration = migration, OldestWorker = oldestWorker });
            }

            return await context.SaveChangesAsync();
        });
    }
}
