using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Sagas.Persistence;

/// <summary>Fails the start when the application's model leaves the outbox tables that nothing can be written to.</summary>
internal sealed class OutboxModelCheck<TDbContext>(IServiceScopeFactory scopes) : IHostedService
    where TDbContext : DbContext
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var model = scope.ServiceProvider.GetRequiredService<TDbContext>().Model;
        if (OwnTables.FindProblem(model, typeof(TDbContext).Name) is { } problem)
        {
            throw new ConfigurationException(problem);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        return Task.CompletedTask;
    }
}
