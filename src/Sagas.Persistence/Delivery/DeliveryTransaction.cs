using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

/// <summary>A running delivery transaction. It collects what is to be written, and writes it at the end.</summary>
internal abstract class DeliveryTransaction(DbContext context, SqlDialect dialect, EntityMaps maps)
    : IDeliveryTransaction, IAsyncDisposable
{
    /// <summary>The context of the delivery's scope, for its model; it need not take part in the transaction.</summary>
    public DbContext Context => context;

    public abstract DbContext DbContext { get; }

    public abstract DbConnection Connection { get; }

    public abstract DbTransaction Transaction { get; }

    public SqlDialect Dialect => dialect;

    public DeliveryWrites Writes { get; } = new();

    public abstract bool IsOpen { get; }

    public bool IsCommitted { get; protected set; }

    /// <summary>
    /// Whether the delivery has turned out to need a transaction of its own, and is to begin again there.
    /// </summary>
    public virtual bool IsRefused => false;

    public void Insert<TEntity>(TEntity row)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(row);

        if (maps.Find(Context, typeof(TEntity)) is { HasClientKeys: false } map)
        {
            Writes.Add(new RowWrite(RowOperation.Insert, map, row, null, false));
        }
        else
        {
            Context.Add(row);
        }
    }

    public void AfterCommit(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Writes.AfterCommit(action);
    }

    /// <summary>Has the database answer a query.</summary>
    public abstract Task AskAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>Has what the context tracks written: at once, or with everything else at the end.</summary>
    public abstract Task SaveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes everything and commits. It cannot be cancelled: nobody would know then whether it took place. The command
    /// timeout ends it.
    /// </summary>
    public abstract Task CommitAsync();

    /// <summary>Rolls back, unless it is committed.</summary>
    public abstract ValueTask DisposeAsync();
}
