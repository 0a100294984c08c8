using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sagas.Engine.Definitions;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Definitions;

/// <summary>
/// The definitions that this worker has loaded, and those that others have stored. A worker stores its definitions when it
/// starts, every default filled in, so that all workers start sagas on them. From the first use on, a definition is what is
/// stored.
/// </summary>
public sealed class SagaDefinitionCatalog
{
    /// <summary>How old the list of stored versions may be when a start names none.</summary>
    internal static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Name, int Version), SagaDeclaration> _declarations;
    private readonly Dictionary<(string Name, int Version), SagaDefinition> _loaded;
    private readonly Dictionary<string, SagaDefinition> _latest;
    private readonly ConcurrentDictionary<(string Name, int Version), SagaDefinition> _inUse = new();
    private readonly StoredVersions _versions;
    private readonly IDefinitionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal SagaDefinitionCatalog(
        IReadOnlyList<SagaDeclaration> declarations,
        DefinitionDefaults defaults,
        IDefinitionStore store,
        TimeProvider time,
        ILogger<SagaDefinitionCatalog> logger,
        TimeSpan? freshness = null)
    {
        _versions = new StoredVersions(store, time, freshness ?? Freshness);
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

    /// <summary>The names and versions that sagas start on, as far as this worker knows.</summary>
    internal IEnumerable<(string Name, int Version)> Startable
    {
        get
        {
            var withdrawn = Withdrawn.ToHashSet();
            return _versions.Known.Select(x => (x.Name, x.Version))
                .Union(_loaded.Keys)
                .Where(x => !withdrawn.Contains(x))
                .OrderBy(x => x.Name, StringComparer.Ordinal)
                .ThenBy(x => x.Version);
        }
    }

    /// <summary>The names and versions that sagas start on no more, as far as this worker knows.</summary>
    internal IEnumerable<(string Name, int Version)> Withdrawn =>
        _versions.Known.Where(x => x.IsWithdrawn).Select(x => (x.Name, x.Version));

    /// <summary>The queues of the participants that the loaded definitions name.</summary>
    internal IReadOnlyList<string> Queues => [.. Loaded.SelectMany(QueuesOf).Distinct(StringComparer.Ordinal)];

    /// <summary>The queues of the participants that a definition names.</summary>
    internal static IEnumerable<string> QueuesOf(SagaDefinition definition) => definition.Steps
        .SelectMany(step => new[] { step.Participant, step.Compensation?.Participant })
        .OfType<QueueParticipant>()
        .Select(participant => participant.Queue)
        .Distinct(StringComparer.Ordinal);

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
            if (!row.IsUsed || !_declarations.TryGetValue((row.Name, row.Version), out var declaration))
            {
                continue;
            }

            if (row.Hash != declaration.Hash)
            {
                refusals.Add(DescribeChange(declaration, row));
                continue;
            }

            try
            {
                Keep(row);
            }
            catch (SagaDefinitionException exception)
            {
                DefinitionLog.NotReadable(_logger, row.Name, row.Version, exception.Message.ReplaceLineEndings(" "));
            }
        }

        if (refusals.Count > 0)
        {
            throw new SagaDefinitionException(string.Join('\n', refusals));
        }
    }

    /// <summary>
    /// Stores the loaded definitions, so that every worker knows them; those that are stored stay as they are. One that no
    /// saga has started on yet gives way to this worker's.
    /// </summary>
    /// <exception cref="SagaDefinitionException">
    /// A definition was used with other content while this worker started.
    /// </exception>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, declaration) in _declarations)
        {
            if (_inUse.ContainsKey(key))
            {
                continue;
            }

            var row = await _store.GetOrAddAsync(ToRow(key, isUsed: false), cancellationToken);
            if (row.Hash != declaration.Hash)
            {
                throw new SagaDefinitionException(DescribeChange(declaration, row));
            }
        }
    }

    /// <summary>
    /// Gets a definition for a saga that starts, and notes that it is used. Without a version it is the highest one that
    /// is stored and not withdrawn, the same for all workers. The store has a transaction of its own for that, so that
    /// nothing which is rolled back later takes the definition along.
    /// </summary>
    /// <returns>
    /// The definition as stored, or <see langword="null"/> when none of that name and version is known to any worker.
    /// </returns>
    /// <exception cref="SagaDefinitionException">
    /// It is stored with other content, or this worker cannot read it.
    /// </exception>
    public async ValueTask<SagaDefinition?> UseAsync(string name, int? version, CancellationToken cancellationToken)
    {
        if (await ResolveAsync(name, version, cancellationToken) is not { } number)
        {
            return null;
        }

        var key = (name, number);
        if (_inUse.TryGetValue(key, out var stored))
        {
            return stored;
        }

        if (_declarations.TryGetValue(key, out var declaration))
        {
            var row = await _store.GetOrAddAsync(ToRow(key, isUsed: true), cancellationToken);
            return row.Hash == declaration.Hash
                ? Keep(row)
                : throw new SagaDefinitionException(DescribeChange(declaration, row));
        }

        if (await _store.GetAsync(name, number, cancellationToken) is not { } offered)
        {
            return null;
        }

        if (!offered.IsUsed)
        {
            // One that this worker cannot read is not used by it.
            _ = Read(offered);
            (offered.IsUsed, offered.CreatedAt) = (true, _time.GetUtcNow().UtcDateTime);
            offered = await _store.GetOrAddAsync(offered, cancellationToken);
        }

        return Keep(offered);
    }

    /// <summary>Has the next start obey what this worker has just withdrawn or restored.</summary>
    internal void Refresh() => _versions.Forget();

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
            return row.IsUsed ? Keep(row) : Read(row);
        }

        // Somebody deleted the stored one. It is not stored again from here, in the middle of another transaction.
        return TryFind(name, version, out var loaded)
            ? loaded
            : throw new SagaDefinitionException(
                $"A saga runs on {name} version {version}, which is neither stored nor among the loaded definitions. " +
                "Put its file back.");
    }

    /// <returns>The version that a saga starts on, or <see langword="null"/>.</returns>
    private async ValueTask<int?> ResolveAsync(string name, int? version, CancellationToken cancellationToken)
    {
        var stored = (await _versions.FindAsync(name, version, cancellationToken)).ToList();
        var startable = stored.Where(x => !x.IsWithdrawn).Select(x => x.Version)
            .Concat(_loaded.Keys.Where(x => x.Name == name).Select(x => x.Version)
                .Where(x => !stored.Exists(y => y.Version == x)))
            .ToList();
        return version is { } number
            ? startable.Contains(number) ? number : null
            : startable.Count > 0 ? startable.Max() : null;
    }

    private SagaDefinitionRow ToRow((string Name, int Version) key, bool isUsed) => new()
    {
        Name = key.Name,
        Version = key.Version,
        Hash = _declarations[key].Hash,
        Content = DefinitionJson.Write(_loaded[key]),
        CreatedAt = _time.GetUtcNow().UtcDateTime,
        IsUsed = isUsed,
    };

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
