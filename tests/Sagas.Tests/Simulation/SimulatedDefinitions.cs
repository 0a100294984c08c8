using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>
/// The definitions of a world: the deployment that the workers begin with, a later one with new versions and other
/// defaults, a mistaken one that changes what was used; and the store that keeps what was used.
/// </summary>
internal sealed class SimulatedDefinitions : IDefinitionStore
{
    private readonly World _world;
    private readonly Dictionary<SagaDefinitionCatalog, IReadOnlyList<SagaDeclaration>> _deployments = [];
    private readonly Dictionary<(string Name, int Version), SagaDefinitionRow> _rows = [];
    private readonly Dictionary<(string Name, int Version), SagaDefinition> _used = [];
    private readonly HashSet<SagaDefinition> _known = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyList<SagaDeclaration> _changed;

    public SimulatedDefinitions(World world, Dice dice)
    {
        _world = world;
        var names = Enumerable.Range(0, 1 + dice.Next(3)).Select(index => $"saga-{index}").ToArray();
        First = [.. names.Select(name => RandomDefinition.Declare(name, 1, world.Plan.Steps, dice))];
        Second = [.. First, .. names.Select(name => RandomDefinition.Declare(name, 2, world.Plan.Steps, dice))];
        _changed = [.. names.Select(name => RandomDefinition.Declare(name, 1, world.Plan.Steps, dice))];
    }

    public IReadOnlyList<SagaDeclaration> First { get; }

    public IReadOnlyList<SagaDeclaration> Second { get; }

    /// <summary>Starts a worker anew on what it had.</summary>
    public SagaDefinitionCatalog Load(SagaDefinitionCatalog old) => Load(_deployments[old]);

    /// <summary>Starts a worker on these definitions. The defaults of the second deployment are others.</summary>
    public SagaDefinitionCatalog Load(IReadOnlyList<SagaDeclaration> declarations)
    {
        var catalog = Create(declarations);
        catalog.CheckAsync(CancellationToken.None).GetAwaiter().GetResult();
        _deployments[catalog] = declarations;
        return catalog;
    }

    /// <summary>Somebody changes a definition without a new version: found out at once when it was used.</summary>
    public void TryToLoadChanged()
    {
        var conflict = _changed.FirstOrDefault(declaration =>
            _rows.TryGetValue((declaration.Name, declaration.Version), out var row) && row.Hash != declaration.Hash);
        string? refusal = null;
        try
        {
            Create(_changed).CheckAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (SagaDefinitionException exception)
        {
            refusal = exception.Message;
            _world.Coverage.Count(Exercises.ChangedDefinitionRefused);
        }

        Invariant.Require(
            (refusal is null) == (conflict is null),
            Invariant.Definition,
            $"A worker with a changed definition starts. Conflict: {conflict?.Source}; refusal: {refusal}");
        Invariant.Require(
            conflict is null
            || (refusal!.Contains(conflict.Hash) && refusal.Contains(_rows[(conflict.Name, conflict.Version)].Hash)),
            Invariant.Definition,
            $"The refusal does not name both hashes: {refusal}");
    }

    /// <summary>The definition for a saga that starts.</summary>
    public SagaDefinition Use(SagaDefinitionCatalog catalog, SimulatedSaga saga)
    {
        var use = catalog.UseAsync(saga.DefinitionName, null, CancellationToken.None);
        var definition = use.IsCompletedSuccessfully ? use.Result : use.AsTask().GetAwaiter().GetResult();
        _used.TryAdd((definition!.Name, definition.Version), definition);
        return Same(definition);
    }

    /// <summary>The definition for a saga that runs.</summary>
    public SagaDefinition Get(SagaDefinitionCatalog catalog, SagaInstance saga)
    {
        var get = catalog.GetAsync(saga.Name, saga.Version, CancellationToken.None);
        return Same(get.IsCompletedSuccessfully ? get.Result : get.AsTask().GetAwaiter().GetResult());
    }

    /// <summary>What a saga that was started under that name and version must run on.</summary>
    public SagaDefinition Expected(string name, int version) => _used[(name, version)];

    public Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SagaDefinitionRow>>([.. _rows.Values]);

    public Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken) =>
        Task.FromResult(_rows.GetValueOrDefault((name, version)));

    public Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken)
    {
        _rows.TryAdd((row.Name, row.Version), row);
        return Task.FromResult(_rows[(row.Name, row.Version)]);
    }

    private SagaDefinitionCatalog Create(IReadOnlyList<SagaDeclaration> declarations)
    {
        var defaults = new DefinitionDefaults();
        if (ReferenceEquals(declarations, Second))
        {
            defaults.Steps.Timeout = TimeSpan.FromSeconds(7);
            defaults.Compensation.Retries = 1;
        }

        return new SagaDefinitionCatalog(
            declarations,
            defaults,
            this,
            TimeProvider.System,
            NullLogger<SagaDefinitionCatalog>.Instance,
            freshness: TimeSpan.Zero);
    }

    /// <summary>Every worker hands out what the first one that used it had, whatever its own files say.</summary>
    private SagaDefinition Same(SagaDefinition definition)
    {
        if (_known.Add(definition))
        {
            var expected = _used[(definition.Name, definition.Version)];
            Invariant.Require(
                DefinitionJson.Write(expected) == DefinitionJson.Write(definition),
                Invariant.Definition,
                $"{definition.Name} version {definition.Version} is another one than that which was used first");
        }

        return definition;
    }
}
