using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sagas.Tests.Operations.Api;

/// <summary>A database whose reads of sagas do not end while it is closed.</summary>
internal sealed class SlowReads : DbCommandInterceptor
{
    private volatile TaskCompletionSource? _closed;

    public void Close() => _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _closed?.TrySetResult();

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        if (_closed is { } closed)
        {
            await closed.Task.WaitAsync(cancellationToken);
        }

        return result;
    }
}
