using Microsoft.EntityFrameworkCore;
using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Adds an audit table of the messages that a bus sends, publishes and consumes.</summary>
public static class EntityFrameworkAuditStoreExtensions
{
    /// <summary>Writes messages into an audit table.</summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="dbContextOptions">Which database has the table.</param>
    /// <param name="auditTableName">The table; <see cref="AuditDbContext"/> makes it, by a migration.</param>
    /// <param name="auditTableSchema">Its schema, or <see langword="null"/> for the database's default.</param>
    public static void UseEntityFrameworkCoreAuditStore(
        this IBusFactoryConfigurator configurator,
        DbContextOptionsBuilder dbContextOptions,
        string auditTableName,
        string? auditTableSchema = null)
    {
        Connect(configurator, dbContextOptions, auditTableName, auditTableSchema, null);
    }

    /// <summary>Writes some messages into an audit table.</summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="dbContextOptions">Which database has the table.</param>
    /// <param name="auditTableName">The table; <see cref="AuditDbContext"/> makes it, by a migration.</param>
    /// <param name="configureFilter">Says which messages, or <see langword="null"/> for all.</param>
    public static void UseEntityFrameworkCoreAuditStore(
        this IBusFactoryConfigurator configurator,
        DbContextOptionsBuilder dbContextOptions,
        string auditTableName,
        Action<IMessageFilterConfigurator>? configureFilter)
    {
        Connect(configurator, dbContextOptions, auditTableName, null, configureFilter);
    }

    /// <summary>Writes some messages into an audit table.</summary>
    /// <param name="configurator">The bus.</param>
    /// <param name="dbContextOptions">Which database has the table.</param>
    /// <param name="auditTableName">The table; <see cref="AuditDbContext"/> makes it, by a migration.</param>
    /// <param name="auditTableSchema">Its schema, or <see langword="null"/> for the database's default.</param>
    /// <param name="configureFilter">Says which messages, or <see langword="null"/> for all.</param>
    public static void UseEntityFrameworkCoreAuditStore(
        this IBusFactoryConfigurator configurator,
        DbContextOptionsBuilder dbContextOptions,
        string auditTableName,
        string? auditTableSchema,
        Action<IMessageFilterConfigurator>? configureFilter)
    {
        Connect(configurator, dbContextOptions, auditTableName, auditTableSchema, configureFilter);
    }

    private static void Connect(
        IBusFactoryConfigurator configurator,
        DbContextOptionsBuilder options,
        string table,
        string? schema,
        Action<IMessageFilterConfigurator>? filter)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(table);

        var store = new EntityFrameworkAuditStore(options.Options, table, schema);
        configurator.ConnectSendAuditObservers(store, filter);
        configurator.ConnectConsumeAuditObserver(store, filter);
    }
}
