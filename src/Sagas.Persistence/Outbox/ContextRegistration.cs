using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Persistence.Outbox;

internal static class ContextRegistration
{
    /// <summary>Tells a context that was forgotten from one that cannot be made without a message.</summary>
    /// <param name="provider">The services; containers that cannot say are believed to have it.</param>
    /// <param name="subject">What needs the context.</param>
    /// <exception cref="ConfigurationException">It is not registered.</exception>
    public static void ThrowIfUnregistered<TDbContext>(this IServiceProvider provider, string subject)
        where TDbContext : DbContext
    {
        if (provider.GetService<IServiceProviderIsService>() is { } services && !services.IsService(typeof(TDbContext)))
        {
            var name = typeof(TDbContext).Name;
            throw new ConfigurationException(
                $"{subject} needs {name}, which is not registered: call services.AddDbContext<{name}>(...).");
        }
    }
}
