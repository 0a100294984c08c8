using MassTransit;
using MassTransit.Middleware;

namespace Sagas.Persistence.Delivery;

/// <summary>What the consume contexts of one delivery share: what they send ends up in one transaction.</summary>
internal sealed record RunningDelivery(
    OutboxConsumeOptions Options,
    IServiceProvider Provider,
    DeliveryTransaction Transaction,
    TimeProvider Clock)
{
    public DeliveryConsumeContext<T> Capture<T>(ConsumeContext<T> context, bool isDuplicate = false)
        where T : class
    {
        return new DeliveryConsumeContext<T>(context, this, isDuplicate);
    }
}
