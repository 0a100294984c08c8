using System.Data;
using Sagas.Persistence;

namespace MassTransit;

/// <summary>Configures the inbox and outbox of one <see cref="Microsoft.EntityFrameworkCore.DbContext"/>.</summary>
public interface IEntityFrameworkOutboxConfigurator : ITransactionalOutboxConfigurator
{
    /// <inheritdoc cref="OutboxOptions.QueryDelay" />
    TimeSpan QueryDelay { set; }

    /// <inheritdoc cref="OutboxOptions.QueryMessageLimit" />
    int QueryMessageLimit { set; }

    /// <inheritdoc cref="OutboxOptions.QueryTimeout" />
    TimeSpan QueryTimeout { set; }

    /// <inheritdoc cref="OutboxOptions.MessageDeliveryTimeout" />
    TimeSpan MessageDeliveryTimeout { set; }

    /// <inheritdoc cref="OutboxOptions.DuplicateDetectionWindow" />
    TimeSpan DuplicateDetectionWindow { set; }

    /// <summary>
    /// The isolation level of every delivery's transaction. The default is <see cref="IsolationLevel.ReadCommitted"/>,
    /// which is enough: sagas are locked or have a version, and the inbox has a key. Under a higher one PostgreSQL
    /// refuses concurrent deliveries (SQLSTATE 40001), which then need a retry; SQLite is serializable anyway.
    /// </summary>
    IsolationLevel IsolationLevel { set; }

    /// <summary>
    /// The context uses PostgreSQL. Not needed, since the context says so itself; where it is stated and is wrong, the
    /// start fails.
    /// </summary>
    IEntityFrameworkOutboxConfigurator UsePostgres();

    /// <summary>The context uses SQLite. See <see cref="UsePostgres"/>.</summary>
    IEntityFrameworkOutboxConfigurator UseSqlite();

    /// <summary>
    /// Makes the scoped <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> write to the outbox: the
    /// messages are saved, and sent after, with the context's next SaveChanges. A request (<see
    /// cref="IRequestClient{TRequest}"/>) goes out at once, since it cannot wait for a commit.
    /// </summary>
    /// <param name="configure">Configures it.</param>
    void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null);

    /// <summary>Leaves the deletion of old inbox and barrier rows to another process.</summary>
    void DisableInboxCleanupService();

    /// <summary>Sets any of the options.</summary>
    /// <param name="configure">Sets them.</param>
    void Configure(Action<OutboxOptions> configure);
}
