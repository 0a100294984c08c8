using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// Keeps a context from its database while its delivery shares a transaction: what ran over the context's own
/// connection would be committed by itself.
/// </summary>
internal sealed class ConnectionGuard : IDisposable
{
    private readonly DbConnection _connection;

    public ConnectionGuard(DbContext context)
    {
        _connection = context.Database.GetDbConnection();
        IsBroken = _connection.State != ConnectionState.Closed;
        _connection.StateChange += OnStateChange;
    }

    /// <summary>Whether somebody tried.</summary>
    public bool IsBroken { get; private set; }

    public void Dispose()
    {
        _connection.StateChange -= OnStateChange;
    }

    private void OnStateChange(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState == ConnectionState.Open)
        {
            IsBroken = true;
            throw new NotHereException();
        }
    }

    /// <summary>A cancellation, which EF does not log as an error: it is none.</summary>
    private sealed class NotHereException()
        : OperationCanceledException("The delivery needs a transaction of its own, in which it begins again.");
}
