namespace Sagas.Persistence.Delivery;

/// <summary>The delivery transaction that is running in a service scope.</summary>
internal sealed class DeliveryScope
{
    public DeliveryTransaction? Current { get; set; }

    /// <exception cref="InvalidOperationException">No delivery is running in this scope.</exception>
    public IDeliveryTransaction GetRequired()
    {
        return Current is { IsOpen: true } current ? current : throw new InvalidOperationException(
            "There is no delivery transaction here. IDeliveryTransaction is there while a message is consumed on an "
            + "endpoint with UseEntityFrameworkOutbox, or by a saga of EntityFrameworkRepository; take it from the "
            + "consume context or from the services of its scope, and not after the delivery has ended.");
    }
}
