using MassTransit;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>Tells when the worker is done with a message that it was sent; there is one under way at a time.</summary>
internal sealed class ReceivedMessages : IReceiveObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TaskCompletionSource<Exception?> _done = Create();

    /// <summary>Does what brings the message on its way, and waits until it was dealt with.</summary>
    /// <returns>Why it came to the error queue, if it did.</returns>
    public async Task<Exception?> DuringAsync(Func<Task> send)
    {
        _done = Create();
        await send();
        return await _done.Task.WaitAsync(Patience);
    }

    public Task PreReceive(ReceiveContext context)
    {
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context)
    {
        _done.TrySetResult(null);
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class
    {
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        _done.TrySetResult(exception);
        return Task.CompletedTask;
    }

    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        _done.TrySetResult(exception);
        return Task.CompletedTask;
    }

    private static TaskCompletionSource<Exception?> Create()
    {
        return new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
