using System.Data;
using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sagas.Persistence;

/// <summary>
/// A running delivery transaction. It collects what is to be written and writes it at the end: the changes that EF
/// tracks, if any, and then everything else in one batch with the commit.
/// </summary>
internal sealed class DeliveryTransaction : IDeliveryTransaction, IAsyncDisposable
{
    private readonly IDbContextTransaction _transaction;
    private readonly EntityMaps _maps;
    private readonly IDisposable? _turn;
    private readonly TrackedEntities _tracked;
    private bool _isDisposed;

    private DeliveryTransaction(
        DbContext context,
        IDbContextTransaction transaction,
        SqlDialect dialect,
        EntityMaps maps,
        IDisposable? turn)
    {
        DbContext = context;
        Dialect = dialect;
        Transaction = transaction.GetDbTransaction();
        Connection = Transaction.Connection!;
        _transaction = transaction;
        _maps = maps;
        _turn = turn;
        _tracked = TrackedEntities.Of(context);
    }

    public DbContext DbContext { get; }

    public DbConnection Connection { get; }

    public DbTransaction Transaction { get; }

    public SqlDialect Dialect { get; }

    public DeliveryWrites Writes { get; } = new();

    public bool IsOpen => !_isDisposed;

    public bool IsCommitted { get; private set; }

    public static async Task<DeliveryTransaction> BeginAsync(
        DbContext context,
        SqlDialects dialects,
        EntityMaps maps,
        IsolationLevel isolationLevel,
        CancellationToken cancellationToken)
    {
        var dialect = dialects.Of(context);
        var turn = await dialect.EnterAsync(context, cancellationToken);
        try
        {
            var transaction = await context.Database.BeginTransactionAsync(isolationLevel, cancellationToken);
            return new DeliveryTransaction(context, transaction, dialect, maps, turn);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    public void Insert<TEntity>(TEntity row)
        where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(row);

        if (_maps.Find(DbContext, typeof(TEntity)) is { } map)
        {
            Writes.Add(new RowWrite(RowOperation.Insert, map, row, null, false));
        }
        else
        {
            DbContext.Add(row);
        }
    }

    public void AfterCommit(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Writes.AfterCommit(action);
    }

    /// <summary>
    /// Writes everything and commits. It cannot be cancelled: nobody would know then whether it took place. The command
    /// timeout ends it.
    /// </summary>
    public async Task CommitAsync()
    {
        if (DbContext.ChangeTracker.HasChanges())
        {
            await SaveTrackedAsync();
        }

        if (Writes.IsEmpty)
        {
            await _transaction.CommitAsync(CancellationToken.None);
        }
        else
        {
            await WriteAsync();
        }

        IsCommitted = true;
        await DisposeAsync();
        Writes.RunAfterCommit();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            await _transaction.DisposeAsync();
        }
        catch (Exception) when (!IsCommitted)
        {
            // The connection is gone, and with it the transaction. What broke it is what the caller is to see.
        }
        finally
        {
            _turn?.Dispose();
        }

        if (!IsCommitted)
        {
            _tracked.Restore(DbContext);
        }
    }

    private async Task SaveTrackedAsync()
    {
        // The whole delivery is undone when this fails: a savepoint would only cost round trips.
        DbContext.Database.AutoSavepointsEnabled = false;
        try
        {
            await DbContext.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException exception) when (exception.Entries is [{ Entity: ISaga saga }, ..])
        {
            throw new ConcurrencyException(
                "The saga was changed by another delivery meanwhile. Deliver the message again.",
                saga.GetType(),
                saga.CorrelationId,
                exception);
        }
    }

    private async Task WriteAsync()
    {
        var outbox = Writes.Messages.Count > 0 ? _maps.Get<OutboxMessage>(DbContext) : null;
        var commitsAtOnce = !Writes.NeedsVerification;
        try
        {
            await Dialect.ExecuteAsync(
                Transaction, Writes.ToStatements(Dialect, outbox), commitsAtOnce, CancellationToken.None);
        }
        catch (DbException exception) when (Writes.FindDuplicate(Dialect, exception) is { } duplicate)
        {
            throw new ConcurrencyException(
                "A saga with this id exists already: another delivery inserted it meanwhile. Deliver the message "
                + "again, and it will find that saga.",
                duplicate.Map.EntityType.ClrType,
                duplicate.SagaId!.Value,
                exception);
        }

        if (!commitsAtOnce)
        {
            await _transaction.CommitAsync(CancellationToken.None);
        }
    }
}
