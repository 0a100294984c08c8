using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// The one transaction of a delivery: what was received, what changed and what is to be sent commit together, or not at
/// all. A payload of the consume context and, during the delivery, a scoped service.
/// </summary>
public interface IDeliveryTransaction
{
    /// <summary>
    /// The context that takes part in the transaction. Changes that it tracks are saved before the commit; do not
    /// commit or roll back through it.
    /// </summary>
    DbContext DbContext { get; }

    /// <summary>The open connection, for commands of your own.</summary>
    DbConnection Connection { get; }

    /// <summary>The running transaction, for commands of your own.</summary>
    DbTransaction Transaction { get; }

    /// <summary>
    /// Queues a row to be inserted at the end of the delivery, in one round trip with everything else that is written.
    /// The context does not track it, and until then no query sees it.
    /// </summary>
    /// <typeparam name="TEntity">An entity of the context's model.</typeparam>
    /// <param name="row">The row. Do not change it afterwards.</param>
    void Insert<TEntity>(TEntity row)
        where TEntity : class;

    /// <summary>
    /// Has something done once the transaction is committed, and not at all when it is rolled back: what counts or tells of
    /// a delivery, which may be tried several times. It is lost with the process, and when the database confirms the
    /// commit to nobody.
    /// </summary>
    /// <param name="action">Quick, and throws nothing.</param>
    void AfterCommit(Action action);
}
