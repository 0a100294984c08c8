using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// A delivery's part in a transaction that it shares with others, which it joins with its first query.
/// </summary>
internal sealed class SharedTransaction : DeliveryTransaction
{
    private const string Alone = "The delivery works on the database by itself, and needs a transaction of its own.";

    private readonly TrackedChanges _changes;
    private readonly IDeliveryGroups _groups;
    private readonly TransactionSharing _sharing;
    private readonly ConnectionGuard _guard;
    private readonly TrackedEntities _tracked;
    private readonly Dictionary<object, RowWrite> _saved = new(ReferenceEqualityComparer.Instance);
    private DeliveryGroup? _group;
    private bool _isDisposed;

    public SharedTransaction(
        DbContext context,
        SqlDialect dialect,
        EntityMaps maps,
        TrackedChanges changes,
        IDeliveryGroups groups,
        TransactionSharing sharing)
        : base(context, dialect, maps)
    {
        _changes = changes;
        _groups = groups;
        _sharing = sharing;
        _guard = new ConnectionGuard(context);
        _tracked = TrackedEntities.Of(context);
    }

    public override DbContext DbContext => throw Refuse(Alone);

    public override DbConnection Connection => throw Refuse(Alone);

    public override DbTransaction Transaction => throw Refuse(Alone);

    public override bool IsOpen => !_isDisposed;

    public override bool IsRefused => _sharing.IsRefused || _guard.IsBroken;

    /// <summary>Has the delivery begin again in a transaction of its own.</summary>
    /// <returns>What is to be thrown, sooner or later.</returns>
    public SharedTransactionException Refuse(string why)
    {
        _sharing.IsRefused = true;
        return new SharedTransactionException(why);
    }

    public override async Task AskAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        await TogetherAsync(async () =>
        {
            if (_group is null)
            {
                _group = await _groups.JoinAsync(this, query);
            }
            else
            {
                await _group.AskAsync(this, query);
            }
        });
    }

    /// <summary>
    /// Rows are written with those of the others; what else there is to save refuses the delivery.
    /// </summary>
    public override Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!Context.ChangeTracker.HasChanges())
        {
            return Task.CompletedTask;
        }

        if (_changes.Find(Context) is { } writes)
        {
            foreach (var write in writes)
            {
                if (_saved.TryAdd(write.Row, write))
                {
                    Writes.Add(write);
                }
                else if (!_saved[write.Row].WritesTheSameAs(write))
                {
                    Refuse("A row that was saved was changed again.");
                }
            }
        }
        else
        {
            Refuse(Alone);
        }

        return Task.CompletedTask;
    }

    public override async Task CommitAsync()
    {
        await SaveAsync(CancellationToken.None);
        if (IsRefused || _group is null || Writes.Rows.Any(row => row.CheckVersion))
        {
            throw Refuse(Alone);
        }

        await TogetherAsync(() => _group.CommitAsync(this, Writes));
        IsCommitted = true;
        TrackedChanges.Accept(Context, _saved.Keys);
        End();
        Writes.RunAfterCommit();
    }

    public override ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _group?.Leave(this);
            End();
            _tracked.Restore(Context);
            _sharing.IsRefused |= _guard.IsBroken;
        }

        return ValueTask.CompletedTask;
    }

    private void End()
    {
        _isDisposed = true;
        _guard.Dispose();
    }

    private async Task TogetherAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SharedTransactionException)
        {
            _sharing.IsRefused = true;
            throw;
        }
    }
}
