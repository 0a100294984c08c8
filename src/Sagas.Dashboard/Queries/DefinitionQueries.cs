using System.Text.Json;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Queries;

/// <summary>
/// Reads the definitions that this worker has loaded and those that were ever used, for the API and the page.
/// </summary>
internal sealed class DefinitionQueries(SagaDefinitionCatalog catalog, IDefinitionStore store)
{
    /// <summary>All of them, by name and version.</summary>
    public async Task<IReadOnlyList<DefinitionView>> ListAsync(CancellationToken stop)
    {
        var stored = (await store.GetAllAsync(stop)).ToDictionary(x => (x.Name, x.Version));
        var loaded = catalog.Loaded.ToDictionary(x => (x.Name, x.Version));
        return
        [
            .. stored.Keys.Union(loaded.Keys)
                .OrderBy(x => x.Name, StringComparer.Ordinal)
                .ThenBy(x => x.Version)
                .Select(x => View(stored.GetValueOrDefault(x), loaded.GetValueOrDefault(x))),
        ];
    }

    /// <summary>One of them, or <see langword="null"/>.</summary>
    public async Task<DefinitionDetail?> FindAsync(string name, int version, CancellationToken stop)
    {
        var isLoaded = catalog.TryFind(name, version, out var loaded);
        var stored = await store.GetAsync(name, version, stop);
        return stored is null && !isLoaded
            ? null
            : new DefinitionDetail
            {
                IsLoaded = isLoaded,
                UsedSince = UsedSince(stored),
                Definition = JsonElement.Parse(stored?.Content ?? DefinitionJson.Write(loaded!)),
            };
    }

    private static DefinitionView View(SagaDefinitionRow? stored, SagaDefinition? loaded)
    {
        var (definition, problem) = loaded is null ? Read(stored!) : (loaded, null);
        return new DefinitionView
        {
            Name = definition?.Name ?? stored!.Name,
            Version = definition?.Version ?? stored!.Version,
            Description = definition?.Description ?? "",
            Steps = definition is null ? [] : [.. definition.Steps.Select(x => x.Name)],
            IsLoaded = loaded is not null,
            UsedSince = UsedSince(stored),
            WithdrawnAt = stored?.WithdrawnAt is { } withdrawn ? SagaViews.Utc(withdrawn) : null,
            Problem = problem,
        };
    }

    private static (SagaDefinition? Definition, string? Problem) Read(SagaDefinitionRow stored)
    {
        try
        {
            return (DefinitionJson.Read(stored.Content, $"saga {stored.Name} version {stored.Version} (stored)"), null);
        }
        catch (SagaDefinitionException exception)
        {
            return (null, exception.Message);
        }
    }

    private static DateTimeOffset? UsedSince(SagaDefinitionRow? stored) =>
        stored is { IsUsed: true } ? SagaViews.Utc(stored.CreatedAt) : null;
}
