using Sagas.Persistence.Outbox;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Messages that arrive in the order in which they were sent.</summary>
public static class OrderedSendExtensions
{
    /// <summary>
    /// Has the outbox send this message after all earlier ones with the same key, whoever sent them and however often the
    /// broker was away meanwhile. An earlier one that the broker refuses twice is waited for no longer. What is sent
    /// again after a crash may come once more behind later ones. Deliveries that send under the same key must not run at
    /// the same time, as those of one saga do not.
    /// </summary>
    /// <param name="context">The message on its way into the outbox of a delivery.</param>
    /// <param name="key">What it is one in a row of, for instance a saga's id.</param>
    public static void KeepOrder(this SendContext context, Guid key)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.GetOrAddPayload(() => new MessageOrder(key));
    }
}
