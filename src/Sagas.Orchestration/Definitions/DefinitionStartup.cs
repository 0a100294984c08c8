using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sagas.Orchestration.Definitions;

/// <summary>
/// Keeps the worker from starting on definitions that it cannot honour. Mistakes in files come up as soon as the host
/// creates its services; what is stored is compared once the database is there, and then this worker's are stored as well,
/// so that every worker knows them.
/// </summary>
internal sealed class DefinitionStartup(SagaDefinitionCatalog catalog, ILogger<DefinitionStartup> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.CheckAsync(cancellationToken);
        await catalog.StoreAsync(cancellationToken);
        var loaded = catalog.Loaded;
        if (loaded.Count == 0)
        {
            DefinitionLog.NoneLoaded(logger);
        }
        else
        {
            DefinitionLog.Loaded(
                logger,
                loaded.Count,
                string.Join(", ", loaded.Select(definition => $"{definition.Name} v{definition.Version}")));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
