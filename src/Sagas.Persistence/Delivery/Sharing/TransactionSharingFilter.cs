using MassTransit;
using MassTransit.Context;

namespace Sagas.Persistence;

/// <summary>Lets deliveries share transactions, and delivers alone whatever cannot.</summary>
internal sealed class TransactionSharingFilter : IFilter<ConsumeContext>
{
    private static readonly TransactionSharing Sharing = new();

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        // A delivery that is retried has been in somebody's way, or somebody in its.
        if (context.GetRetryAttempt() == 0)
        {
            try
            {
                await next.Send(new ConsumeContextScope(context, Sharing));
                return;
            }
            catch (Exception exception) when (SharedTransactionException.IsCauseOf(exception))
            {
                // Once more, as if it had not been tried.
            }
        }

        await next.Send(context);
    }

    public void Probe(ProbeContext context)
    {
        context.CreateFilterScope("transactionSharing");
    }
}
