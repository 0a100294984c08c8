using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sagas.Persistence.Clock;

/// <summary>
/// The clock by which sagas wait and their history is written: a <see cref="TimeProvider"/> under a key of its own, so
/// that it is never the application's, which a test may have stopped.
/// </summary>
public static class SagaClock
{
    /// <summary>The key under which the clock is registered.</summary>
    public const string Key = "Sagas";

    /// <summary>
    /// Has sagas, their outbox and their participants use that clock instead of the database's or the machine's. For
    /// tests: workers that share a database have to agree on the time.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="clock">The clock.</param>
    public static IServiceCollection UseSagaClock(this IServiceCollection services, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(clock);
        return services.Replace(ServiceDescriptor.KeyedSingleton(Key, clock));
    }

    /// <summary>Adds the machine's clock, unless there is one under the key.</summary>
    internal static void TryAddSagaClock(this IServiceCollection services) =>
        services.TryAddKeyedSingleton(Key, TimeProvider.System);

    // A bus's registration context knows no keys; the provider behind it does.
    internal static TimeProvider GetSagaClock(this IServiceProvider services) =>
        services.GetRequiredService<IServiceProvider>().GetRequiredKeyedService<TimeProvider>(Key);
}
