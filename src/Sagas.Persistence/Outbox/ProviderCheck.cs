using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

/// <summary>Fails the start when a context does not use the database that was stated for it.</summary>
internal sealed class ProviderCheck<TDbContext>(
    IServiceScopeFactory scopes,
    SqlDialects dialects,
    string subject,
    string statement,
    Func<DatabaseFacade, bool> isRight) : IHostedService
    where TDbContext : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.ThrowIfUnregistered<TDbContext>(subject);
        TDbContext context;
        try
        {
            context = scope.ServiceProvider.GetRequiredService<TDbContext>();
        }
        catch (Exception)
        {
            // It is made for a message alone, for its tenant's database, say. Whoever uses it is told what is wrong with it.
            return;
        }

        _ = dialects.Of(context);
        var database = context.Database;
        if (!isRight(database))
        {
            throw new ConfigurationException(
                $"{subject} says {statement}(), but {typeof(TDbContext).Name} uses {database.ProviderName}. Leave "
                + $"{statement}() out, or configure the context for that database.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }
}
