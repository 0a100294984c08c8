using System.Data;
using Sagas.Persistence;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
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
    /// Says which database the context uses, as UsePostgres() and UseSqlite() do. Not needed, since the context says so
    /// itself; where it is stated and is wrong, the start fails. The outbox takes its locks by itself.
    /// </summary>
    /// <exception cref="ConfigurationException">The provider is one of your own, which the outbox would not use.</exception>
    ILockStatementProvider LockStatementProvider { set; }

    /// <summary>
    /// Makes the scoped <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> write to the outbox: the
    /// messages are saved, and sent after, with the context's next SaveChanges. A request (<see
    /// cref="IRequestClient{TRequest}"/>) goes out at once, since it cannot wait for a commit.
    /// </summary>
    /// <param name="configure">Configures it.</param>
    void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null);

    /// <summary>
    /// Says that the context's database depends on the scope, as where each tenant has one, and which there are: what is
    /// left in their outboxes is sent, and what is old in their inboxes is deleted, in each of them. Without it, a message
    /// whose context uses another database than a scope without a message fails.
    /// </summary>
    /// <param name="list">
    /// Names all databases, from the services of a scope. It is called each time that the dispatcher looks, once in
    /// <see cref="OutboxOptions.QueryDelay"/>, and for each message whose context uses a database that it has not named: if
    /// it still does not, the message fails.
    /// </param>
    /// <param name="use">
    /// Has the context of a scope use the database of that name, before the context is made: for instance by setting the
    /// scope's tenant.
    /// </param>
    void UseDatabases(
        Func<IServiceProvider, CancellationToken, Task<IReadOnlyCollection<string>>> list,
        Action<IServiceProvider, string> use);

    /// <summary>Leaves the deletion of old inbox and barrier rows to another process.</summary>
    void DisableInboxCleanupService();

    /// <summary>Sets any of the options.</summary>
    /// <param name="configure">Sets them.</param>
    void Configure(Action<OutboxOptions> configure);
}
