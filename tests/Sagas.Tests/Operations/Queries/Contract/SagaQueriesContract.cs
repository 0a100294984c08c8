using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Queries;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Operations.Queries.Contract;

/// <summary>What lists, counts and the feed show, whatever the database.</summary>
public abstract class SagaQueriesContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    /// <summary>
    /// Every combination, a page of three at a time, against what picking through all sagas by hand gives.
    /// </summary>
    [Fact]
    public async Task List_EveryCombinationOfFilters_GivesWhatIsThereInOrderPageByPage()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var sagas = SagaSeed.Create(60);
        await host.AddAsync([.. sagas]);
        var queries = Queries(host);

        foreach (var filter in SagaSeed.Filters())
        {
            var found = await ReadAllAsync(queries, filter with { Limit = 3 });

            found.ShouldBe(SagaSeed.Expected(sagas, filter).Select(x => x.CorrelationId), filter.ToString());
        }
    }

    [Theory]
    [InlineData("CARD_DECLINED")]
    [InlineData("card_declined")]
    [InlineData("declin")]
    [InlineData("no money")]
    [InlineData("shop.example")]
    [InlineData("example money")]
    [InlineData("refund")]
    public async Task List_WordsOfAFailure_FindTheSaga(string text)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var failed = SagaSeed.Saga("Suspended", "order", 1, 1);
        failed.Failure =
            """
            {"step":"b","direction":"Compensate","code":"REFUND_REFUSED","message":"Gave up",
             "cause":{"step":"a","direction":"Execute","code":"CARD_DECLINED","message":"shop.example: no money (x-1)"}}
            """;
        var other = SagaSeed.Saga("Compensated", "order", 1, 2);
        other.Failure = """{"step":"a","direction":"Execute","code":"SOLD_OUT","message":"Nothing is left"}""";
        await host.AddAsync(failed, other, SagaSeed.Saga("Running", "order", 1, 3));

        var found = await ReadAllAsync(Queries(host), new SagaFilter { Text = text });

        found.ShouldBe([failed.CorrelationId]);
    }

    [Theory]
    [InlineData("eclined")]
    [InlineData("' OR 1=1 --")]
    [InlineData("& | ! :*")]
    [InlineData("%")]
    public async Task List_TextThatNothingHas_FindsNothing(string text)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var failed = SagaSeed.Saga("Suspended", "order", 1, 1);
        failed.Failure = """{"step":"a","direction":"Execute","code":"CARD_DECLINED","message":"no money"}""";
        await host.AddAsync(failed);

        (await ReadAllAsync(Queries(host), new SagaFilter { Text = text })).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_IdOrItsBeginningOrAKey_FindsTheSaga()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (one, other) = (SagaSeed.Saga("Running", "order", 1, 1), SagaSeed.Saga("Running", "order", 1, 2));
        await host.AddAsync(one, other, new IdempotencyKeyRow
        {
            Key = "order-4711",
            RequestHash = "x",
            SagaId = one.CorrelationId,
            CreatedAt = host.Now,
            ExpiresAt = host.Now,
        });
        var queries = Queries(host);
        var id = one.CorrelationId.ToString();

        foreach (var text in (string[])[id, id.ToUpperInvariant(), id[..8], id[..11], id[..20], $" {id} ", "order-4711"])
        {
            (await ReadAllAsync(queries, new SagaFilter { Text = text })).ShouldBe([one.CorrelationId], text);
        }
    }

    [Fact]
    public async Task List_CursorOfAnotherOrderOrOfNone_IsRefused()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var queries = Queries(host);
        var last = new SagaCursor(2, host.Now, Guid.NewGuid()).ToString();

        await Should.ThrowAsync<InvalidCursorException>(() => queries.ListAsync(new SagaFilter { Cursor = last }, Ct));
        foreach (var text in (string[])["", "x", "ä", last[..^1], $"{last}A", $"B{last[1..]}"])
        {
            await Should.ThrowAsync<InvalidCursorException>(
                () => queries.ListAsync(new SagaFilter { Cursor = text, Sort = SagaSort.Attention }, Ct), text);
        }
    }

    [Fact]
    public async Task Find_Saga_HasItsStepsInputAndResults()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var row = SagaSeed.Saga("Running", "order", 1, 1);
        row.Input = """{"orderId": 4711}""";
        row.Results = """{"a": {"x": 1}}""";
        row.Steps =
            """
            [{"name":"a","status":"Succeeded","order":1,"attempts":2,"error":{"code":"X","message":"y"}},
             {"name":"b","status":"Running","attempts":1,"waitsFor":"CIRCUIT_OPEN","new":"later"},
             {"name":"c","status":"Compensated"}]
            """;
        await host.AddAsync(row);

        var saga = (await Queries(host).FindAsync(row.CorrelationId, Ct)).ShouldNotBeNull();

        saga.Progress.ShouldBe(new ProgressView(1, 1, 3));
        saga.WaitsFor.ShouldBe("CIRCUIT_OPEN");
        saga.Input!.Value.GetProperty("orderId").GetInt32().ShouldBe(4711);
        saga.Results!.Value.GetProperty("a").GetProperty("x").GetInt32().ShouldBe(1);
        saga.Steps[0].Error.ShouldBe(new StepErrorView("X", "y"));
        (await Queries(host).FindAsync(Guid.NewGuid(), Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task History_MoreThanAPage_GoesOnWhereThePageEnded()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = SagaSeed.Saga("Running", "order", 1, 1);
        await host.AddAsync([saga, .. Enumerable.Range(1, 5).Select(x => new SagaHistoryEntry
        {
            SagaId = saga.CorrelationId, Sequence = x, Time = host.Now, Event = "StepSent", Detail = """{"code": "X"}""",
        })]);
        var queries = Queries(host);

        var first = (await queries.HistoryAsync(saga.CorrelationId, 0, 3, Ct)).ShouldNotBeNull();
        var second = (await queries.HistoryAsync(saga.CorrelationId, int.Parse(first.Next!, null), 3, Ct)).ShouldNotBeNull();

        first.Items.Concat(second.Items).Select(x => x.Sequence).ShouldBe([1, 2, 3, 4, 5]);
        first.Items[0].Detail!.Value.GetProperty("code").GetString().ShouldBe("X");
        second.Next.ShouldBeNull();
        (await queries.HistoryAsync(Guid.NewGuid(), 0, 3, Ct)).ShouldBeNull();
    }

    private static SagaQueries Queries(StoreHost host) =>
        new(host.Services.GetRequiredService<Database<SagaStoreDbContext>>());

    private static async Task<List<Guid>> ReadAllAsync(SagaQueries queries, SagaFilter filter)
    {
        var found = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await queries.ListAsync(filter with { Cursor = cursor }, Ct);
            page.Items.Count.ShouldBeLessThanOrEqualTo(filter.Limit);
            found.AddRange(page.Items.Select(x => x.Id));
            cursor = page.Next;
        }
        while (cursor is not null);

        return found;
    }
}
