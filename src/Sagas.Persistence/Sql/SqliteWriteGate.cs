namespace Sagas.Persistence.Sql;

/// <summary>
/// Lets the writers of this process into a SQLite database one after the other, in the order in which they came, so
/// that they wait without holding a thread instead of spinning on SQLITE_BUSY.
/// </summary>
internal sealed class SqliteWriteGate : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public void Dispose()
    {
        _turn.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                turn.Release();
            }
        }
    }
}
