using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Worker.Definitions;

/// <summary>
/// The definitions that this worker has loaded, and those that sagas in flight still run on. A definition is stored the
/// first time it is used, every default filled in, and from then on it is what is stored.
/// </summary>
public sealed class SagaDefinitionCatalog
{
    private readonly Dictionary<(string Name, int Version), SagaDeclaration> _declarations;
    private readonly Dictionary<(string Name, int Version), SagaDefinition> _loaded;
    private readonly Dictionary<string, SagaDefinition> _latest;
    private readonly ConcurrentDictionary<(string Name, int Version), SagaDefinition> _inUse = new();
    private readonly IDefinitionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal SagaDefinitionCatalog(
        IReadOnlyList<SagaDeclaration> declarations,
        DefinitionDefaults defaults,
        IDefinitionStore store,
        TimeProvider time,
        ILogger<SagaDefinitionCatalog> logger)
    {
        _declarations = declarations.ToDictionary(declaration => (declaration.Name, declaration.Version));
        _loaded = _declarations.ToDictionary(pair => pair.Key, pair => pair.Value.Resolve(defaults));
        _latest = _loaded.Values
            .GroupBy(definition => definition.Name)
            .ToDictionary(group => group.Key, group => group.MaxBy(definition => definition.Version)!);
        _store = store;
        _time = time;
        _logger = logger;
    }

    /// <summary>The loaded definitions, by name and version.</summary>
    public IReadOnlyList<SagaDefinition> Loaded =>
    [
        .. _loaded.Values
            .OrderBy(definition => definition.Name, StringComparer.Ordinal)
            .ThenBy(definition => definition.Version),
    ];

    /// <summary>The queues of the participants that the loaded definitions name.</summary>
    internal IReadOnlyList<string> Queues =>
    [
        .. Loaded.SelectMany(definition => definition.Steps)
            .SelectMany(step => new[] { step.Participant, step.Compensation?.Participant })
            .OfType<QueueParticipant>()
            .Select(participant => participant.Queue)
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Finds a loaded definition, by default its highest version.</summary>
    public bool TryFind(string name, int? version, [NotNullWhen(true)] out SagaDefinition? definition) =>
        version is { } number
            ? _loaded.TryGetValue((name, number), out definition)
            : _latest.TryGetValue(name, out definition);

    /// <summary>
    /// Compares the loaded definitions with what is stored. Called once, before the first saga is handled.
    /// </summary>
    /// <exception cref="SagaDefinitionException">
    /// Definitions that have been used already were changed without a new version; the message names each with both
    /// hashes.
    /// </exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        foreach (var row in await _store.GetAllAsync(cancellationToken))
        {
            if (!_declarations.TryGetValue((row.Name, row.Version), out var declaration))
            {
                continue;
            }

            if (row.Hash == declaration.Hash)
            {
                Keep(row);
            }
            else
            {
                refusals.Add(DescribeChange(declaration, row));
            }
        }

        if (refusals.Count > 0)
        {
            throw new SagaDefinitionException(string.Join('\n', refusals));
        }
    }

    /// <summary>
    /// Gets a loaded definition for a saga that starts, and stores it if it is the first. The store has a transaction
    /// of its own for that, so that nothing which is rolled back later takes the definition along.
    /// </summary>
    /// <returns>
    /// The definition as stored, or <see langword="null"/> when none of that name and version is loaded.
    /// </returns>
    /// <exception cref="SagaDefinitionException">It is stored with other content.</exception>
    public async ValueTask<SagaDefinition?> UseAsync(string name, int? version, CancellationToken cancellationToken)
    {
        if (!TryFind(name, version, out var definition))
        {
            return null;
        }

        var key = (definition.Name, definition.Version);
        if (_inUse.TryGetValue(key, out var stored))
        {
            return stored;
        }

        var declaration = _declarations[key];
        var row = await _store.GetOrAddAsync(
            new SagaDefinitionRow
            {
                Name = definition.Name,
                Version = definition.Version,
                Hash = declaration.Hash,
                Content = DefinitionJson.Write(definition),
                CreatedAt = _time.GetUtcNow().UtcDateTime,
            },
            cancellationToken);
        return row.Hash == declaration.Hash
            ? Keep(row)
            : throw new SagaDefinitionException(DescribeChange(declaration, row));
    }

    /// <summary>Gets the definition that a saga in flight runs on, loaded or not.</summary>
    /// <exception cref="SagaDefinitionException">It is neither stored nor loaded.</exception>
    public async ValueTask<SagaDefinition> GetAsync(string name, int version, CancellationToken cancellationToken)
    {
        if (_inUse.TryGetValue((name, version), out var known))
        {
            return known;
        }

        if (await _store.GetAsync(name, version, cancellationToken) is { } row)
        {
            return Keep(row);
        }

        // Somebody deleted the stored one. It is not stored again from here, in the middle of another transaction.
        return TryFind(name, version, out var loaded)
            ? loaded
            : throw new SagaDefinitionException(
                $"A saga runs on {name} version {version}, which is neither stored nor among the loaded definitions. " +
                "Put its file back.");
    }

    private SagaDefinition Keep(SagaDefinitionRow row) => _inUse.GetOrAdd((row.Name, row.Version), _ => Read(row));

    private SagaDefinition Read(SagaDefinitionRow row)
    {
        var stored = DefinitionJson.Read(row.Content, $"saga {row.Name} version {row.Version} (stored)");
        if (_loaded.TryGetValue((row.Name, row.Version), out var loaded) && !SameEffect(stored, loaded))
        {
            DefinitionLog.DefaultsDiffer(_logger, row.Name, row.Version);
        }

        return stored;
    }

    private static bool SameEffect(SagaDefinition left, SagaDefinition right) =>
        DefinitionJson.Write(left with { Description = "" }) == DefinitionJson.Write(right with { Description = "" });

    private static string DescribeChange(SagaDeclaration declaration, SagaDefinitionRow row) =>
        $"{declaration.Source}: {row.Name} version {row.Version} has been used with other content, and sagas may " +
        $"still run on it. Stored hash: {row.Hash}; this content's hash: {declaration.Hash}. " +
        $"Undo the change, or publish it as a new version (\"version\": {row.Version + 1L}).";
}
