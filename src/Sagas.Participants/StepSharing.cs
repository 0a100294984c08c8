using System.Collections.Concurrent;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Persistence.Clock;

namespace Sagas.Participants;

/// <summary>
/// Knows which steps' commands may share transactions: those of participants that say they only write, and do no more
/// than that. What was learnt holds for as long as the process lives.
/// </summary>
/// <typeparam name="TDbContext">The participants' own database.</typeparam>
internal sealed class StepSharing<TDbContext>([SagaClock] TimeProvider clock, ILogger<StepSharing<TDbContext>> logger)
    where TDbContext : DbContext
{
    // A participant that was slow once may have been so because the machine was.
    private static readonly TimeSpan SlowFor = TimeSpan.FromMinutes(1);

    // From when on they share. One that is not there is not known yet.
    private readonly ConcurrentDictionary<(string Step, StepDirection Direction), DateTimeOffset> _from = new();

    /// <summary>Whether a command may share a transaction.</summary>
    public bool MayShare(ConsumeContext context)
    {
        return context.TryGetMessage<ExecuteStep>(out var execute)
            ? MayShare(execute.Message.Step, StepDirection.Execute)
            : context.TryGetMessage<CompensateStep>(out var compensate)
                && MayShare(compensate.Message.Step, StepDirection.Compensate);
    }

    /// <summary>Takes in what the step's participant says of itself.</summary>
    public void Learn(StepDelivery delivery, IStepParticipant participant)
    {
        if (participant.OnlyWrites(delivery.Direction) && !participant.HasOutsideEffects)
        {
            _from.TryAdd(KeyOf(delivery), DateTimeOffset.MinValue);
        }
    }

    /// <summary>Has a step's commands have transactions of their own: its participant does more than it says.</summary>
    public void KeepAlone(StepDelivery delivery)
    {
        _from[KeyOf(delivery)] = DateTimeOffset.MaxValue;
        logger.DoesMoreThanWrite(delivery.Direction, delivery.Command.Step);
    }

    /// <summary>Has them have transactions of their own for a while.</summary>
    public void KeepAloneForAWhile(StepDelivery delivery, TimeSpan taken)
    {
        _from[KeyOf(delivery)] = clock.GetUtcNow() + SlowFor;
        logger.SlowToWrite(delivery.Direction, delivery.Command.Step, taken, SlowFor);
    }

    private static (string Step, StepDirection Direction) KeyOf(StepDelivery delivery)
    {
        return (delivery.Command.Step, delivery.Direction);
    }

    private bool MayShare(string step, StepDirection direction)
    {
        return _from.TryGetValue((step, direction), out var from) && from <= clock.GetUtcNow();
    }
}
