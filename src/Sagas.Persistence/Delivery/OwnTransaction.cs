using System.Data;
using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sagas.Persistence.SagaRepository;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

/// <summary>
/// A transaction of one delivery's own. At the end the changes that EF tracks are saved, if any, and then everything
/// else in one batch with the commit.
/// </summary>
internal sealed class OwnTransaction : DeliveryTransaction
{
    private readonly IDbContextTransaction _transaction;
    private readonly EntityMaps _maps;
    private readonly IDisposable? _turn;
    private readonly TrackedEntities _tracked;
    private bool _isDisposed;

    private OwnTransaction(
        DbContext context,
        IDbContextTransaction transaction,
        SqlDialect dialect,
        EntityMaps maps,
        IDisposable? turn)
        : base(context, dialect, maps)
    {
        Transaction = transaction.GetDbTransaction();
        Connection = Transaction.Connection!;
        _transaction = transaction;
        _maps = maps;
        _turn = turn;
        _tracked = TrackedEntities.Of(context);
    }

    public override DbContext DbContext => Context;

    public override DbConnection Connection { get; }

    public override DbTransaction Transaction { get; }

    public override bool IsOpen => !_isDisposed;

    public static async Task<OwnTransaction> BeginAsync(
        DbContext context,
        SqlDialect dialect,
        EntityMaps maps,
        IsolationLevel isolationLevel,
        CancellationToken cancellationToken)
    {
        // On SQLite it would wait for its own turn.
        if (context.Database.CurrentTransaction is not null)
        {
            throw new InvalidOperationException(
                $"{context.GetType().Name} is in a transaction already. UseEntityFrameworkOutbox is on the endpoint "
                + "twice (in a definition and in a callback, perhaps), or a filter before it began a transaction.");
        }

        var turn = await dialect.EnterAsync(context, cancellationToken);
        try
        {
            var transaction = await context.Database.BeginTransactionAsync(isolationLevel, cancellationToken);
            return new OwnTransaction(context, transaction, dialect, maps, turn);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    public override Task AskAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        return Dialect.ExecuteAsync(
            Transaction, [.. query.ToStatements(Dialect, [query])], false, cancellationToken);
    }

    public override async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (DbContext.ChangeTracker.HasChanges())
        {
            await DbContext.SaveChangesAsync(cancellationToken);
        }
    }

    public override async Task CommitAsync()
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

    public override async ValueTask DisposeAsync()
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
            throw SagaConflict.Create(
                "The saga was changed by another delivery meanwhile. Deliver the message again.",
                saga.GetType(),
                saga.CorrelationId);
        }
        catch (DbUpdateException exception) when (FindDuplicate(exception) is { } duplicate)
        {
            throw Exists(duplicate.GetType(), duplicate.CorrelationId);
        }
    }

    private ISaga? FindDuplicate(DbUpdateException exception)
    {
        return exception.InnerException is DbException failure
            ? exception.Entries
                .Where(entry => entry is { State: EntityState.Added, Entity: ISaga })
                .Where(entry => Dialect.IsDuplicateSaga(failure, entry.Metadata))
                .Select(entry => (ISaga)entry.Entity)
                .FirstOrDefault()
            : null;
    }

    private static DbUpdateConcurrencyException Exists(Type saga, Guid id) => SagaConflict.Create(
        "A saga with this id exists already: another delivery inserted it meanwhile. Deliver the message again, and it will "
        + "find that saga.",
        saga,
        id);

    private async Task WriteAsync()
    {
        var outbox = Writes.Messages.Count > 0 ? _maps.Get<OutboxMessage>(DbContext) : null;
        var commitsAtOnce = !Writes.NeedsVerification;
        var batch = new WriteBatch([Writes], Dialect);
        try
        {
            await Dialect.ExecuteAsync(Transaction, batch.ToStatements(outbox), commitsAtOnce, CancellationToken.None);
        }
        catch (DbException exception) when (batch.FindDuplicate(exception) is { } duplicate)
        {
            throw Exists(duplicate.Map.EntityType.ClrType, duplicate.SagaId!.Value);
        }
        catch (DbException exception) when (RefusedWrite.IsOf(exception))
        {
            throw RefusedWrite.Create(exception, commitsAtOnce);
        }

        if (!commitsAtOnce)
        {
            await _transaction.CommitAsync(CancellationToken.None);
        }
    }
}
