using System.Threading.Channels;
using MassTransit;
using Sagas.Contracts;

namespace Sagas.Tests.Participants;

/// <summary>Stands in the worker's place: takes the replies.</summary>
public sealed class ReplyCollector : IConsumer<StepSucceeded>, IConsumer<StepFailed>, IConsumer<Fault<ExecuteStep>>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Channel<IStepReply> _replies = Channel.CreateUnbounded<IStepReply>();

    private int _faults;

    public int Faults => _faults;

    public bool IsEmpty => _replies.Reader.Count == 0;

    public Task Consume(ConsumeContext<StepSucceeded> context)
    {
        return _replies.Writer.WriteAsync(context.Message).AsTask();
    }

    public Task Consume(ConsumeContext<StepFailed> context)
    {
        return _replies.Writer.WriteAsync(context.Message).AsTask();
    }

    public Task Consume(ConsumeContext<Fault<ExecuteStep>> context)
    {
        Interlocked.Increment(ref _faults);
        return Task.CompletedTask;
    }

    public async Task<IStepReply> NextAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        return await _replies.Reader.ReadAsync(timeout.Token);
    }
}
