using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Outbox;

/// <summary>Fails the start when the application's model leaves the outbox tables that nothing can be written to.</summary>
internal sealed class OutboxModelCheck<TDbContext>(OutboxDatabases<TDbContext> databases) : IHostedService
    where TDbContext : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var problem = await databases.LookAsync(
            context => OwnTables.FindProblem(context.Model, typeof(TDbContext).Name), cancellationToken);
        if (problem is not null)
        {
            throw new ConfigurationException(problem);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }
}
