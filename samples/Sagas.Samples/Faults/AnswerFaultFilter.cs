using MassTransit;

namespace Sagas.Samples.Faults;

/// <summary>
/// Delays an answer, or makes it fatal. It is committed to the outbox with the effect, whose dispatcher sends it when
/// its time has come: nothing waits meanwhile, and a killed process makes no difference.
/// </summary>
public sealed class AnswerFaultFilter<T>(AnswerFault answer, DeathBeforeAnswer death) : IFilter<SendContext<T>>
    where T : class
{
    public Task Send(SendContext<T> context, IPipe<SendContext<T>> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        context.Delay = answer.Delay ?? context.Delay;
        if (answer.IsFatal)
        {
            death.Mark(context);
        }

        return next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("answerFault");
    }
}
