using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Retention;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Configuration;

/// <summary>Registers the worker's store.</summary>
public static class SagaPersistenceExtensions
{
    /// <summary>
    /// Adds <see cref="SagaStoreDbContext"/> over PostgreSQL or SQLite, whichever the connection string means; its
    /// tables, which the host creates when it starts; <see cref="DueSagas"/>, <see cref="UndecidedSagas"/>,
    /// <see cref="IdempotencyKeys"/>, <see cref="DefinitionStore"/>, <see cref="SagaRows"/> and
    /// <see cref="StoreStatistics"/>; the clock, which is the database's; and the
    /// deletion of what is old. Its outbox is added in AddMassTransit, by AddEntityFrameworkOutbox.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="connectionString">
    /// The connection string, or <see langword="null"/> for the SQLite file <c>sagas.db</c> in the working directory.
    /// </param>
    /// <exception cref="ArgumentException">The connection string is neither PostgreSQL's nor SQLite's.</exception>
    public static IServiceCollection AddSagaPersistence(
        this IServiceCollection services,
        string? connectionString = null)
    {
        return services.AddSagaPersistence(SagaDatabase.Detect(connectionString));
    }

    /// <summary>As the other overload, over a database that was detected before.</summary>
    /// <param name="services">The services.</param>
    /// <param name="database">The database.</param>
    public static IServiceCollection AddSagaPersistence(this IServiceCollection services, SagaDatabase database)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(database);

        services.AddSingleton(database);
        services.AddClock(database);
        services.AddDeliveryServices();
        services.AddDbContextPool<SagaStoreDbContext>(options => Configure(options, database));
        services.AddSchema(database);
        services.AddSingleton(provider => new DueSagas(
            provider.GetRequiredService<Database<SagaStoreDbContext>>(),
            provider.GetSagaClock(),
            provider.GetService<DatabaseClock>()));
        services.AddSingleton(provider => new UndecidedSagas(
            provider.GetRequiredService<Database<SagaStoreDbContext>>(), provider.GetSagaClock()));
        services.AddSingleton(provider => new IdempotencyKeys(
            provider.GetRequiredService<SqlDialects>(), provider.GetRequiredService<EntityMaps>()));
        services.AddSingleton(provider => new DefinitionStore(
            provider.GetRequiredService<Database<SagaStoreDbContext>>()));
        services.AddSingleton(provider => new SagaRows(
            provider.GetRequiredService<Database<SagaStoreDbContext>>()));
        services.AddSingleton(provider => new StoreStatistics(
            provider.GetRequiredService<Database<SagaStoreDbContext>>(), provider.GetSagaClock()));
        services.AddRetention();
        return services;
    }

    private static void Configure(DbContextOptionsBuilder options, SagaDatabase database)
    {
        if (database.Kind == SagaDatabaseKind.PostgreSql)
        {
            options.UseNpgsql(
                database.ConnectionString,
                npgsql => npgsql
                    .MigrationsHistoryTable("__EFMigrationsHistory", SagaStoreDbContext.Schema)
                    .ConfigureDataSource(source =>
                    {
                        // The name of its pool in Npgsql's metrics.
                        source.Name = database.DisplayName;
                        SilentSessions.EndWhenCutOffOrFrozen(source);
                    }))
                .AddInterceptors(new PoolerInterceptor(database));
        }
        else
        {
            options.UseSagaDatabase(database);
        }

        // The migrations are written by hand and have no snapshot of the model to compare with; a test does that.
        options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    private static void AddClock(this IServiceCollection services, SagaDatabase database)
    {
        if (database.Kind == SagaDatabaseKind.PostgreSql)
        {
            var clock = new DatabaseClock(TimeProvider.System);
            services.AddSingleton(clock);
            services.UseSagaClock(clock);
        }
        else
        {
            services.TryAddSagaClock();
        }
    }

    private static void AddSchema(this IServiceCollection services, SagaDatabase database)
    {
        services.AddSingleton(provider => new SagaSchema(
            database,
            database.Kind == SagaDatabaseKind.PostgreSql
                ? new PostgresMigrationLock(
                    database, TimeProvider.System, provider.GetRequiredService<ILogger<SagaSchema>>())
                : new SqliteMigrationLock(database, TimeProvider.System),
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetService<DatabaseClock>(),
            provider.GetRequiredService<ILogger<SagaSchema>>()));
        services.AddHostedService<SagaSchemaService>();
    }

    private static void AddRetention(this IServiceCollection services)
    {
        services.AddSectionOptions<RetentionOptions>(RetentionOptions.Section);
        services.AddHostedService<RetentionService>();
    }
}
