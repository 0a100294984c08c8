using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

internal static class DeliveryServiceCollectionExtensions
{
    /// <summary>Adds what every delivery transaction needs; further calls change nothing.</summary>
    public static IServiceCollection AddDeliveryServices(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSagaClock();
        services.TryAddSingleton<SqlDialects>();
        services.TryAddSingleton<EntityMaps>();
        services.TryAddSingleton<TrackedChanges>();
        services.TryAddSingleton(typeof(Database<>));
        services.TryAddSingleton(typeof(DatabaseWatch<>));
        services.TryAddScoped<DeliveryScope>();
        services.TryAddScoped(provider => provider.GetRequiredService<DeliveryScope>().GetRequired());
        return services;
    }
}
