using Sagas.Persistence;

namespace MassTransit;

/// <summary>Configures the inbox and outbox of one <see cref="Microsoft.EntityFrameworkCore.DbContext"/>.</summary>
public interface IEntityFrameworkOutboxConfigurator
{
    /// <inheritdoc cref="OutboxOptions.QueryDelay" />
    TimeSpan QueryDelay { set; }

    /// <inheritdoc cref="OutboxOptions.QueryMessageLimit" />
    int QueryMessageLimit { set; }

    /// <inheritdoc cref="OutboxOptions.MessageDeliveryTimeout" />
    TimeSpan MessageDeliveryTimeout { set; }

    /// <inheritdoc cref="OutboxOptions.DuplicateDetectionWindow" />
    TimeSpan DuplicateDetectionWindow { set; }

    /// <summary>
    /// The context uses PostgreSQL. Not needed, since the context says so itself; where it is stated and is wrong, the
    /// start fails.
    /// </summary>
    void UsePostgres();

    /// <summary>The context uses SQLite. See <see cref="UsePostgres"/>.</summary>
    void UseSqlite();

    /// <summary>
    /// Makes the scoped <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> write to the outbox: the
    /// messages are saved, and sent after, with the context's next SaveChanges.
    /// </summary>
    void UseBusOutbox();

    /// <summary>Leaves the deletion of old inbox and barrier rows to another process.</summary>
    void DisableInboxCleanupService();

    /// <summary>Sets any of the options.</summary>
    /// <param name="configure">Sets them.</param>
    void Configure(Action<OutboxOptions> configure);
}
