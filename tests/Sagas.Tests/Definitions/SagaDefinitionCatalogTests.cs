using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Definitions;

public sealed class SagaDefinitionCatalogTests
{
    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void TryFind_NoVersion_IsTheHighest()
    {
        var catalog = Catalog(Order(1), Order(10), Order(9));

        catalog.TryFind("order", null, out var latest).ShouldBeTrue();
        latest!.Version.ShouldBe(10);
        catalog.TryFind("order", 9, out var ninth).ShouldBeTrue();
        ninth!.Version.ShouldBe(9);
        catalog.TryFind("order", 2, out _).ShouldBeFalse();
        catalog.TryFind("Order", null, out _).ShouldBeFalse();
        catalog.Loaded.Select(x => x.Version).ShouldBe([1, 9, 10]);
    }

    [Fact]
    public async Task UseAsync_FirstUse_StoresTheDefinitionOnce()
    {
        var order = Order(1);
        var catalog = Catalog(order);

        var first = await catalog.UseAsync("order", null, Cancellation);
        var second = await catalog.UseAsync("order", 1, Cancellation);

        first.ShouldNotBeNull();
        second.ShouldBeSameAs(first);
        var row = _store.Rows.ShouldHaveSingleItem();
        row.Hash.ShouldBe(order.Hash);
        row.CreatedAt.Kind.ShouldBe(DateTimeKind.Utc);
        DefinitionJson.Read(row.Content, "stored").Steps.ShouldBe(first.Steps);
    }

    [Fact]
    public async Task UseAsync_StoredByAnotherWorkerAtItsStart_IsThatOneAndUsedFromThenOn()
    {
        var catalog = Catalog(Order(2));
        (await catalog.UseAsync("order", 1, Cancellation)).ShouldBeNull();
        await Catalog(Order(1)).StoreAsync(Cancellation);
        _store.Rows.Single(x => x.Version == 1).IsUsed.ShouldBeFalse();

        (await catalog.UseAsync("order", 1, Cancellation)).ShouldNotBeNull().Version.ShouldBe(1);

        _store.Rows.Single(x => x.Version == 1).IsUsed.ShouldBeTrue();
    }

    [Fact]
    public async Task UseAsync_NoWorkerKnowsIt_IsNull()
    {
        await Catalog(Order(1)).StoreAsync(Cancellation);

        (await Catalog().UseAsync("other", null, Cancellation)).ShouldBeNull();
        (await Catalog().UseAsync("order", 2, Cancellation)).ShouldBeNull();
    }

    [Proves("definition-not-loaded")]
    [Fact]
    public async Task UseAsync_NoVersion_IsTheHighestThatAnyWorkerHasStored()
    {
        await Catalog(Order(1), Order(3)).StoreAsync(Cancellation);

        (await Catalog(Order(1), Order(2)).UseAsync("order", null, Cancellation)).ShouldNotBeNull().Version.ShouldBe(3);
    }

    [Fact]
    public async Task UseAsync_HighestVersionIsWithdrawn_IsTheOneBefore()
    {
        var catalog = Catalog(Order(1), Order(2));
        await catalog.StoreAsync(Cancellation);
        _store.Rows.Single(x => x.Version == 2).WithdrawnAt = DateTime.UtcNow;

        (await catalog.UseAsync("order", null, Cancellation)).ShouldNotBeNull().Version.ShouldBe(1);
        (await catalog.UseAsync("order", 2, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task UseAsync_StoredOneCannotBeReadHere_ThrowsAndDoesNotUseIt()
    {
        _store.Rows.Add(new SagaDefinitionRow
        {
            Name = "order",
            Version = 1,
            Hash = "x",
            Content = """{"name":"order","version":1,"novel":1}""",
            IsUsed = false,
        });

        await Should.ThrowAsync<SagaDefinitionException>(
            async () => await Catalog().UseAsync("order", null, Cancellation));

        _store.Rows[0].IsUsed.ShouldBeFalse();
    }

    [Fact]
    public async Task StoreAsync_ChangedBeforeItWasUsed_IsReplaced()
    {
        await Catalog(Order(1, queue: "before")).StoreAsync(Cancellation);
        var changed = Order(1, queue: "after");

        await Catalog(changed).StoreAsync(Cancellation);

        _store.Rows.ShouldHaveSingleItem().Hash.ShouldBe(changed.Hash);
    }

    [Fact]
    public async Task StoreAsync_UsedWithOtherContentMeanwhile_IsRefused()
    {
        var catalog = Catalog(Order(1, queue: "after"));
        await catalog.CheckAsync(Cancellation);
        await Catalog(Order(1, queue: "before")).UseAsync("order", 1, Cancellation);

        await Should.ThrowAsync<SagaDefinitionException>(() => catalog.StoreAsync(Cancellation));
    }

    [Fact]
    public async Task CheckAsync_UsedOneCannotBeReadHere_IsNoReasonNotToStart()
    {
        var order = Order(1);
        _store.Rows.Add(new SagaDefinitionRow { Name = "order", Version = 1, Hash = order.Hash, Content = "{" });

        await Catalog(order).CheckAsync(Cancellation);
    }

    [Fact]
    public async Task UseAsync_OtherDefaultsThanAtFirstUse_KeepsTheStoredOnes()
    {
        await Catalog(Order(1)).UseAsync("order", 1, Cancellation);
        var defaults = new DefinitionDefaults(new StepOptions { Retries = 50 }, new CompensationOptions());

        var definition = await Catalog(defaults, Order(1)).UseAsync("order", 1, Cancellation);

        definition!.Steps[0].Retry.Retries.ShouldBe(3);
    }

    [Fact]
    public async Task UseAsync_StoredMeanwhileWithOtherContent_IsRefused()
    {
        var catalog = Catalog(Order(1, queue: "mine"));
        await Catalog(Order(1, queue: "theirs")).UseAsync("order", 1, Cancellation);

        await Should.ThrowAsync<SagaDefinitionException>(async () => await catalog.UseAsync("order", 1, Cancellation));
    }

    [Proves("definition-changed")]
    [Fact]
    public async Task CheckAsync_ChangedWithoutANewVersion_IsRefusedWithBothHashes()
    {
        var (before, after) = (Order(1, queue: "before"), Order(1, queue: "after"));
        await Catalog(before).UseAsync("order", 1, Cancellation);
        await Catalog(Order(1, name: "other", queue: "before")).UseAsync("other", 1, Cancellation);

        var exception = await Should.ThrowAsync<SagaDefinitionException>(
            () => Catalog(after, Order(1, name: "other", queue: "after")).CheckAsync(Cancellation));

        exception.Message.ShouldContain($"Stored hash: {before.Hash}; this content's hash: {after.Hash}.");
        exception.Message.ShouldContain("\"version\": 2");
        exception.Message.ShouldContain("other version 1 has been used with other content");
    }

    [Fact]
    public async Task CheckAsync_ChangedButNeverUsed_IsAllowed()
    {
        await Catalog(Order(1, queue: "before")).CheckAsync(Cancellation);

        await Catalog(Order(1, queue: "after")).CheckAsync(Cancellation);

        _store.Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckAsync_OnlyTheDescriptionChanged_IsAllowed()
    {
        await Catalog(Order(1)).UseAsync("order", 1, Cancellation);
        var described = SagaDefinition.Define("order", 1).Describe("new words").Step("a", x => x.Queue("q")).Build();

        await Catalog(described).CheckAsync(Cancellation);
    }

    [Fact]
    public async Task CheckAsync_StoredVersionThatIsNotLoadedAndNotReadable_IsNoReasonNotToStart()
    {
        _store.Rows.Add(new SagaDefinitionRow { Name = "order", Version = 1, Hash = "x", Content = "{" });

        await Catalog(Order(2)).CheckAsync(Cancellation);
    }

    [Proves("definition-no-longer-deployed")]
    [Fact]
    public async Task GetAsync_VersionThatIsNoLongerLoaded_IsTheStoredOneReadOnce()
    {
        var used = await Catalog(Order(1)).UseAsync("order", 1, Cancellation);
        var catalog = Catalog(Order(2));

        var definition = await catalog.GetAsync("order", 1, Cancellation);
        _store.Rows.Clear();

        definition.Steps.ShouldBe(used!.Steps);
        (await catalog.GetAsync("order", 1, Cancellation)).ShouldBeSameAs(definition);
    }

    [Fact]
    public async Task GetAsync_LoadedButNoLongerStored_IsTheLoadedOne()
    {
        (await Catalog(Order(1)).GetAsync("order", 1, Cancellation)).Version.ShouldBe(1);

        _store.Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetAsync_NeitherStoredNorLoaded_SaysWhatToDo()
    {
        var exception = await Should.ThrowAsync<SagaDefinitionException>(
            async () => await Catalog().GetAsync("order", 4, Cancellation));

        exception.Message.ShouldContain("order version 4");
        exception.Message.ShouldContain("Put its file back");
    }

    private static SagaDeclaration Order(int version, string queue = "q", string name = "order") =>
        SagaDefinition.Define(name, version).Step("a", x => x.Queue(queue)).Build();

    private SagaDefinitionCatalog Catalog(params SagaDeclaration[] declarations) =>
        Catalog(new DefinitionDefaults(), declarations);

    private SagaDefinitionCatalog Catalog(DefinitionDefaults defaults, params SagaDeclaration[] declarations) =>
        new(declarations, defaults, _store, TimeProvider.System, NullLogger<SagaDefinitionCatalog>.Instance);

    private sealed class MemoryStore : IDefinitionStore
    {
        public List<SagaDefinitionRow> Rows { get; } = [];

        public Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SagaDefinitionRow>>([.. Rows]);

        public Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken) =>
            Task.FromResult(Rows.Find(x => x.Name == name && x.Version == version));

        public async Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow row, CancellationToken cancellationToken)
        {
            if (await GetAsync(row.Name, row.Version, cancellationToken) is { } stored)
            {
                if (stored.IsUsed || (stored.Hash == row.Hash && !row.IsUsed))
                {
                    return stored;
                }

                Rows.Remove(stored);
            }

            Rows.Add(row);
            return row;
        }
    }
}
