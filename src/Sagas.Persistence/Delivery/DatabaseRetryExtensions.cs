using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Delivery;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Deliveries that wait for their database.</summary>
public static class DatabaseRetryExtensions
{
    /// <summary>
    /// Has deliveries of this endpoint wait where they are while the database fails, for as long as that takes: none
    /// goes to the error queue for it, and no more than the endpoint prefetches are in flight. Errors that are the
    /// message's own fault, and exceptions that are not the database's, are not repeated. One line is logged for each
    /// outage. To be called before the outbox is configured.
    /// </summary>
    /// <typeparam name="TDbContext">The context, for which AddEntityFrameworkOutbox was called.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="context">The registration context that the bus is configured with.</param>
    public static void UseDatabaseRetry<TDbContext>(
        this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(context);

        var watch = context.GetRequiredService<DatabaseWatch<TDbContext>>();
        endpoint.UseMessageRetry(x =>
        {
            x.Handle<Exception>(DatabaseFailures.IsTransient);
            x.ConnectRetryObserver(new DatabaseRetryObserver<TDbContext>(watch));
            x.Exponential(
                int.MaxValue, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
        });
    }
}
