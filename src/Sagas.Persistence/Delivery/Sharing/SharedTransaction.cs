using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// A delivery's part in a transaction that it shares with others, which it joins with its first query.
/// </summary>
internal sealed class SharedTransaction(DbContext context, SqlDialect dialect, EntityMaps maps, IDeliveryGroups groups)
    : DeliveryTransaction(context, dialect, maps)
{
    private const string Alone = "The delivery works on the database by itself, and needs a transaction of its own.";

    private DeliveryGroup? _group;
    private bool _isDisposed;

    public override DbContext DbContext => throw new SharedTransactionException(Alone);

    public override DbConnection Connection => throw new SharedTransactionException(Alone);

    public override DbTransaction Transaction => throw new SharedTransactionException(Alone);

    public override bool IsOpen => !_isDisposed;

    public override async Task AskAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        if (_group is null)
        {
            _group = await groups.JoinAsync(query);
        }
        else
        {
            await _group.AskAsync(query);
        }
    }

    public override async Task CommitAsync()
    {
        if (_group is null || Writes.NeedsVerification || Context.ChangeTracker.HasChanges())
        {
            throw new SharedTransactionException(Alone);
        }

        await _group.CommitAsync(Writes);
        IsCommitted = true;
        _isDisposed = true;
        Writes.RunAfterCommit();
    }

    public override ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _group?.Leave();
        }

        return ValueTask.CompletedTask;
    }
}
