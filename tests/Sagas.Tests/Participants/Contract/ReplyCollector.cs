using System.Threading.Channels;
using MassTransit;
using Sagas.Contracts;

namespace Sagas.Tests.Participants.Contract;

/// <summary>Stands in the worker's place: takes the replies.</summary>
public sealed class ReplyCollector : IConsumer<StepSucceeded>, IConsumer<StepFailed>, IConsumer<Fault<ExecuteStep>>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private readonly Channel<Received> _replies = Channel.CreateUnbounded<Received>();
    private readonly HashSet<Guid> _answered = [];

    private int _faults;

    public int Faults => _faults;

    public Task Consume(ConsumeContext<StepSucceeded> context)
    {
        return AddAsync(context, context.Message);
    }

    public Task Consume(ConsumeContext<StepFailed> context)
    {
        return AddAsync(context, context.Message);
    }

    public Task Consume(ConsumeContext<Fault<ExecuteStep>> context)
    {
        Interlocked.Increment(ref _faults);
        return Task.CompletedTask;
    }

    /// <summary>The next reply, to whichever command.</summary>
    public async Task<IStepReply> NextAsync(CancellationToken cancellationToken)
    {
        return (await ReceiveAsync(cancellationToken)).Reply;
    }

    /// <summary>
    /// The reply to that delivery of a command. What comes before it may only be the reply to an earlier one once more:
    /// where a confirmation is slow, the dispatcher sends a reply again.
    /// </summary>
    public async Task<IStepReply> NextAsync(Guid command, CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = await ReceiveAsync(cancellationToken);
            if (received.Command == command)
            {
                _answered.Add(command);
                return received.Reply;
            }

            _answered.ShouldContain(received.Command, $"nobody expects {received.Reply}");
        }
    }

    /// <summary>Whether all that has come by now is replies to commands that were answered before.</summary>
    public bool HasOnlyRepetitions()
    {
        while (_replies.Reader.TryRead(out var received))
        {
            if (!_answered.Contains(received.Command))
            {
                return false;
            }
        }

        return true;
    }

    // A reply belongs to the conversation that its command has begun, also when the dispatcher sends it.
    private Task AddAsync(ConsumeContext context, IStepReply reply)
    {
        return _replies.Writer.WriteAsync(new Received(context.ConversationId ?? default, reply)).AsTask();
    }

    private async Task<Received> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        return await _replies.Reader.ReadAsync(timeout.Token);
    }

    private sealed record Received(Guid Command, IStepReply Reply);
}
