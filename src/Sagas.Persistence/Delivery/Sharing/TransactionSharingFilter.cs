using MassTransit;
using MassTransit.Context;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>Lets deliveries share transactions, and delivers alone whatever cannot.</summary>
/// <param name="mayShare">Says of a delivery whether it is worth trying.</param>
internal sealed class TransactionSharingFilter(Func<ConsumeContext, bool> mayShare) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        // A delivery that is retried has been in somebody's way, or somebody in its.
        if (context.GetRetryAttempt() == 0 && mayShare(context))
        {
            var sharing = new TransactionSharing();
            try
            {
                await next.Send(new ConsumeContextScope(context, sharing));
                return;
            }
            catch (Exception) when (sharing.IsRefused)
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
