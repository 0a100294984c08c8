using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Access;
using Sagas.Persistence.Model;
using Sagas.Persistence.Retention;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What the worker's store must do, whatever the database.</summary>
public abstract class StoreContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Proves("worker-two-scanners")]
    [Fact]
    public async Task Claim_SeveralAtOnce_NeverGiveTheSameSagaTwice()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var now = host.Now;
        await host.AddAsync([.. Enumerable.Range(1, 60).Select(i => TestSaga.Create(now.AddSeconds(-i)))]);
        await host.AddAsync(TestSaga.Create(now.AddMinutes(5)), TestSaga.Create(null));
        var due = host.Services.GetRequiredService<DueSagas>();

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var claimed = new List<DueSaga>();
            IReadOnlyList<DueSaga> some;
            do
            {
                some = await due.ClaimAsync(5, TimeSpan.FromMinutes(1), [], Ct);
                claimed.AddRange(some);
            }
            while (some.Count > 0);
            return claimed;
        }));

        var ids = claims.SelectMany(claim => claim).Select(saga => saga.SagaId).ToArray();
        ids.Length.ShouldBe(60);
        ids.Distinct().Count().ShouldBe(60);
    }

    [Proves("worker-dies-among-several")]
    [Fact]
    public async Task Claim_LeaseOverOrSagaChanged_GivesItAgain()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var dueAt = host.Now.AddSeconds(-10);
        var (abandoned, changed) = (TestSaga.Create(dueAt), TestSaga.Create(dueAt));
        await host.AddAsync(abandoned, changed);
        var due = host.Services.GetRequiredService<DueSagas>();
        (await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct)).Count.ShouldBe(2);
        (await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct)).ShouldBeEmpty();

        await host.DeliverAsync(async transaction =>
        {
            var table = host.Table(transaction);
            var saga = (await table.LoadAsync(changed.CorrelationId, Ct)).ShouldNotBeNull();
            table.Update(saga);
            return true;
        });
        var again = await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct);
        await host.QueryAsync(context => context.Sagas.ExecuteUpdateAsync(
            set => set.SetProperty(saga => saga.DueClaimedUntil, host.Now.AddSeconds(-1)), Ct));
        var expired = await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct);

        again.Select(saga => saga.SagaId).ShouldBe([changed.CorrelationId]);
        again[0].DueAt.ShouldBe(UtcDateTimeConverter.Truncate(dueAt));
        expired.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Claim_SomeAreExcepted_LeavesThemToTheNextOne()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var dueAt = host.Now.AddSeconds(-10);
        var (one, other) = (TestSaga.Create(dueAt), TestSaga.Create(dueAt));
        await host.AddAsync(one, other);
        var due = host.Services.GetRequiredService<DueSagas>();

        var first = await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [one.CorrelationId], Ct);
        var second = await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct);

        first.Select(saga => saga.SagaId).ShouldBe([other.CorrelationId]);
        second.Select(saga => saga.SagaId).ShouldBe([one.CorrelationId]);
    }

    [Fact]
    public async Task FindClaims_SomeLookedAtOrLeaseOver_TellsThemApart()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var dueAt = host.Now.AddSeconds(-10);
        var (waiting, lookedAt, expired) = (TestSaga.Create(dueAt), TestSaga.Create(dueAt), TestSaga.Create(dueAt));
        await host.AddAsync(waiting, lookedAt, expired);
        var due = host.Services.GetRequiredService<DueSagas>();
        (await due.ClaimAsync(10, TimeSpan.FromMinutes(10), [], Ct)).Count.ShouldBe(3);
        await host.DeliverAsync(async transaction =>
        {
            var table = host.Table(transaction);
            table.Update((await table.LoadAsync(lookedAt.CorrelationId, Ct)).ShouldNotBeNull());
            return true;
        });
        await host.QueryAsync(context => context.Sagas
            .Where(saga => saga.CorrelationId == expired.CorrelationId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(saga => saga.DueClaimedUntil, host.Now.AddSeconds(-1)), Ct));

        var claims = await due.FindClaimsAsync(
            [waiting.CorrelationId, lookedAt.CorrelationId, expired.CorrelationId], Ct);

        claims.Held.ShouldBe([waiting.CorrelationId]);
        claims.Lapsed.ShouldBe(1);
    }

    [Fact]
    public async Task Reserve_ManyAtOnce_OneWinsAndTheOthersSeeIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var keys = host.Services.GetRequiredService<IdempotencyKeys>();
        var now = host.Now;

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => host.DeliverAsync(
            transaction => keys.ReserveAsync(
                transaction, "order-1", $"hash {i}", Guid.NewGuid(), now, now.AddHours(1), Ct))));

        var winner = results.Single(result => result.IsReserved);
        results.ShouldAllBe(result => result.SagaId == winner.SagaId && result.RequestHash == winner.RequestHash);
    }

    [Fact]
    public async Task Reserve_ExpiredKeyOfASagaThatHasNotEnded_IsItsUntilItEnds()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var keys = host.Services.GetRequiredService<IdempotencyKeys>();
        var now = host.Now;
        var saga = TestSaga.Create(now);
        await host.AddAsync(saga);
        await host.DeliverAsync(transaction => keys.ReserveAsync(
            transaction, "order-1", "old", saga.CorrelationId, now.AddHours(-2), now.AddHours(-1), Ct));

        (await ReserveAsync("young")).ShouldBe(new IdempotencyReservation(false, "old", saga.CorrelationId));
        await host.QueryAsync(context => context.Sagas.ExecuteUpdateAsync(
            set => set.SetProperty(one => one.EndedAt, now.AddMinutes(-1)), Ct));
        (await ReserveAsync("younger")).IsReserved.ShouldBeTrue();

        Task<IdempotencyReservation> ReserveAsync(string hash) => host.DeliverAsync(transaction => keys.ReserveAsync(
            transaction, "order-1", hash, Guid.NewGuid(), now, now.AddHours(1), Ct));
    }

    [Fact]
    public async Task Reserve_ExpiredKey_IsTakenOver()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var keys = host.Services.GetRequiredService<IdempotencyKeys>();
        var now = host.Now;
        var (old, young) = (Guid.NewGuid(), Guid.NewGuid());
        await host.DeliverAsync(transaction => keys.ReserveAsync(
            transaction, "order-1", "old", old, now.AddHours(-2), now.AddHours(-1), Ct));

        var result = await host.DeliverAsync(transaction => keys.ReserveAsync(
            transaction, "order-1", "young", young, now, now.AddHours(1), Ct));
        var other = await host.DeliverAsync(transaction => keys.ReserveAsync(
            transaction, "order-1", "other", Guid.NewGuid(), now, now.AddHours(1), Ct));

        result.ShouldBe(new IdempotencyReservation(true, "young", young));
        other.ShouldBe(new IdempotencyReservation(false, "young", young));
    }

    [Fact]
    public async Task GetOrAdd_ManyAtOnce_AllGetTheOneThatIsStored()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var definitions = host.Services.GetRequiredService<DefinitionStore>();

        var rows = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => definitions.GetOrAddAsync(
            new SagaDefinitionRow
            {
                Name = "order",
                Version = 1,
                Hash = $"{i}",
                Content = $$"""{ "b": {{i}},  "a": 1 }""",
                CreatedAt = host.Now,
            },
            Ct)));

        rows.ShouldAllBe(row => row.Hash == rows[0].Hash && row.Content == rows[0].Content);
        rows[0].Content.ShouldBe($$"""{ "b": {{rows[0].Hash}},  "a": 1 }""");
        (await definitions.GetAsync("order", 1, Ct)).ShouldNotBeNull().Hash.ShouldBe(rows[0].Hash);
        (await definitions.GetAsync("order", 2, Ct)).ShouldBeNull();
        (await definitions.GetAllAsync(Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task GetOrAdd_OneThatIsNotUsed_GivesWayUntilItIsUsedOrSagasRunOnIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var definitions = host.Services.GetRequiredService<DefinitionStore>();

        (await AddAsync("a", isUsed: false)).ShouldBe(("a", "a", false));
        (await AddAsync("b", isUsed: false)).ShouldBe(("b", "b", false));
        (await AddAsync("b", isUsed: true, content: "later")).ShouldBe(("b", "b", true));
        (await AddAsync("c", isUsed: true)).ShouldBe(("b", "b", true));
        (await AddAsync("d", isUsed: false, version: 2)).ShouldBe(("d", "d", false));
        var saga = TestSaga.Create(null);
        saga.Version = 2;
        await host.AddAsync(saga);
        (await AddAsync("e", isUsed: false, version: 2)).ShouldBe(("d", "d", false));
        (await definitions.GetVersionsAsync(Ct)).OrderBy(x => x.Version)
            .ShouldBe([new StoredVersion("order", 1, false), new StoredVersion("order", 2, false)]);

        async Task<(string Hash, string Content, bool IsUsed)> AddAsync(
            string hash, bool isUsed, int version = 1, string? content = null)
        {
            var row = await definitions.GetOrAddAsync(
                new SagaDefinitionRow
                {
                    Name = "order",
                    Version = version,
                    Hash = hash,
                    Content = $"\"{content ?? hash}\"",
                    CreatedAt = host.Now,
                    IsUsed = isUsed,
                },
                Ct);
            return (row.Hash, row.Content.Trim('"'), row.IsUsed);
        }
    }

    [Fact]
    public async Task Clean_OldAndYoungRows_DeletesTheOldOnesAlone()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(
            database, services => services.Configure<RetentionOptions>(options => options.BatchSize = 3));
        var now = host.Now;
        var old = Enumerable.Range(0, 10).Select(_ => TestSaga.Create(null, endedAt: now.AddDays(-31))).ToArray();
        var kept = new[] { TestSaga.Create(null, endedAt: now.AddDays(-29)), TestSaga.Create(now.AddDays(-40)) };
        await host.AddAsync([.. old, .. kept]);
        await host.AddAsync([.. old.Concat(kept).Select(saga => new SagaHistoryEntry
        {
            SagaId = saga.CorrelationId, Sequence = 1, Time = now, Event = "SagaStarted",
        })]);
        await host.AddAsync(
            new IdempotencyKeyRow { Key = "old", CreatedAt = now, ExpiresAt = now.AddSeconds(-1) },
            new IdempotencyKeyRow
            {
                Key = "of-ended",
                SagaId = kept[0].CorrelationId,
                CreatedAt = now,
                ExpiresAt = now.AddSeconds(-1),
            },
            new IdempotencyKeyRow
            {
                Key = "of-running",
                SagaId = kept[1].CorrelationId,
                CreatedAt = now,
                ExpiresAt = now.AddSeconds(-1),
            },
            new IdempotencyKeyRow { Key = "young", CreatedAt = now, ExpiresAt = now.AddHours(1) });
        await host.AddAsync(
            new OperatorAction { Id = Guid.NewGuid(), Time = now.AddDays(-366), Target = "old" },
            new OperatorAction { Id = Guid.NewGuid(), Time = now.AddDays(-364), Target = "young" });
        var session = Guid.NewGuid();
        await host.AddAsync(
            new EndedSession { Id = Guid.NewGuid(), ExpiresAt = now.AddSeconds(-1) },
            new EndedSession { Id = session, ExpiresAt = now.AddHours(1) });

        await host.Hosted<RetentionService>().CleanAsync(Ct);

        (await host.QueryAsync(context => context.EndedSessions.Select(row => row.Id).ToListAsync(Ct))).ShouldBe([session]);
        var ids = kept.Select(saga => saga.CorrelationId).Order().ToArray();
        (await host.QueryAsync(context => context.Sagas.Select(saga => saga.CorrelationId).ToListAsync(Ct)))
            .Order().ShouldBe(ids);
        (await host.QueryAsync(context => context.History.Select(row => row.SagaId).ToListAsync(Ct)))
            .Order().ShouldBe(ids);
        (await host.QueryAsync(context => context.IdempotencyKeys.Select(row => row.Key).ToListAsync(Ct)))
            .Order().ShouldBe(["of-running", "young"]);
        (await host.QueryAsync(context => context.OperatorActions.Select(row => row.Target).ToListAsync(Ct)))
            .ShouldBe(["young"]);
    }

    [Fact]
    public async Task Callers_StarterAndSecret_AreThere()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(null);
        saga.StartedBy = "ann";
        await host.AddAsync(saga, TestSaga.Create(null));

        (await host.ReadAsync($"SELECT started_by FROM {host.Prefix}saga_overview ORDER BY started_by IS NULL"))
            .ShouldBe(["ann", "-"]);
        (await host.ReadAsync($"SELECT name, length(value) >= 64 FROM {host.Prefix}worker_secret"))
            .ShouldHaveSingleItem().ShouldBeOneOf("caller | True", "caller | 1");
    }

    [Proves("access-cookie-copied")]
    [Fact]
    public async Task EndedSessions_EndedElsewhere_AreKnownOnceWhatIsKnownIsTooOld()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var sessions = host.Services.GetRequiredService<Database<SagaStoreDbContext>>();
        var clock = new FakeClock();
        clock.AdvanceTo(host.Now);
        using var here = new EndedSessions(sessions, clock);
        using var elsewhere = new EndedSessions(sessions, clock);
        var (session, other, expiry) = (Guid.NewGuid(), Guid.NewGuid(), clock.GetUtcNow().AddHours(12));
        (await here.ContainAsync(session, Ct)).ShouldBeFalse();

        await elsewhere.AddAsync(session, expiry, Ct);
        await elsewhere.AddAsync(session, expiry, Ct);

        (await elsewhere.ContainAsync(session, Ct)).ShouldBeTrue();
        (await here.ContainAsync(session, Ct)).ShouldBeFalse();
        clock.Advance(EndedSessions.Age);
        (await here.ContainAsync(session, Ct)).ShouldBeTrue();
        (await here.ContainAsync(other, Ct)).ShouldBeFalse();
    }

    /// <summary>Two of them are held by rows of a table that somebody else has added.</summary>
    [Proves("worker-row-not-deletable")]
    [Fact]
    public async Task Clean_SomeRowsCannotBeDeleted_DeletesTheOthers()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(
            database, services => services.Configure<RetentionOptions>(options => options.BatchSize = 8));
        var now = host.Now;
        var old = Enumerable.Range(0, 20).Select(i => TestSaga.Create(null, endedAt: now.AddDays(-40 - i))).ToArray();
        await host.AddAsync(old);
        await host.AddAsync(
            new IdempotencyKeyRow { Key = "held", CreatedAt = now, ExpiresAt = now.AddDays(-2) },
            new IdempotencyKeyRow { Key = "old", CreatedAt = now, ExpiresAt = now.AddDays(-1) });
        var (id, text) = host.Prefix.Length == 0 ? ("TEXT COLLATE NOCASE", "TEXT") : ("uuid", "text");
        SagaState[] held = [old[^1], old[3]];
        await host.ReadAsync(
            $"CREATE TABLE {host.Prefix}invoice (saga_id {id} REFERENCES {host.Prefix}saga_state (id), "
            + $"key {text} REFERENCES {host.Prefix}idempotency_key (key))");
        foreach (var saga in held)
        {
            await host.ReadAsync(
                $"INSERT INTO {host.Prefix}invoice SELECT id, 'held' FROM {host.Prefix}saga_state "
                + $"WHERE id = '{saga.CorrelationId}'");
        }

        await host.Hosted<RetentionService>().CleanAsync(Ct);

        (await host.QueryAsync(context => context.Sagas.Select(saga => saga.CorrelationId).ToListAsync(Ct)))
            .ShouldBe(held.Select(saga => saga.CorrelationId), ignoreOrder: true);
        (await host.QueryAsync(context => context.IdempotencyKeys.Select(row => row.Key).ToListAsync(Ct)))
            .ShouldBe(["held"]);
    }

    [Fact]
    public async Task Deliver_SagaHistoryAndManyRows_ReadBackAsWritten()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var now = UtcDateTimeConverter.Truncate(host.Now);
        var saga = TestSaga.Create(now.AddSeconds(30));
        saga.Failure = """{"code": "declined"}""";
        await host.DeliverAsync(transaction =>
        {
            host.Table(transaction).Insert(saga);
            for (var i = 1; i <= 4; i++)
            {
                transaction.Insert(new SagaHistoryEntry
                {
                    SagaId = saga.CorrelationId,
                    Sequence = i,
                    Time = now.AddMicroseconds(i),
                    Event = "StepSucceeded",
                    Step = i == 2 ? null : "charge",
                    Attempt = i == 3 ? null : i,
                    Detail = i == 4 ? null : """{"late": true}""",
                });
            }

            return Task.FromResult(true);
        });

        var stored = await host.QueryAsync(context => context.Sagas.SingleAsync(Ct));
        var history = await host.QueryAsync(context => context.History.OrderBy(row => row.Sequence).ToListAsync(Ct));
        stored.DueAt.ShouldBe(now.AddSeconds(30));
        stored.DueAt!.Value.Kind.ShouldBe(DateTimeKind.Utc);
        stored.RowVersion.ShouldBe(1);
        stored.Failure.ShouldBe("""{"code": "declined"}""");
        history.Select(row => row.Step).ShouldBe(["charge", null, "charge", "charge"]);
        history.Select(row => row.Attempt).ShouldBe([1, 2, null, 4]);
        history.Select(row => row.Time).ShouldBe([.. Enumerable.Range(1, 4).Select(i => now.AddMicroseconds(i))]);
        history[3].Detail.ShouldBeNull();
    }

    [Fact]
    public async Task Views_SagasOfEveryKind_ReadLikeAReport()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var started = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        const string Steps = """
            [{"name": "reserve", "status": "Compensated", "order": 1, "attempts": 1, "round": 1,
              "compensationAttempts": 2, "compensationRound": 2, "startedAt": "2026-01-02T03:04:06Z",
              "compensatedAt": "2026-01-02T03:04:09.5Z"},
             {"name": "charge", "status": "Failed", "attempts": 4,
              "error": {"code": "declined", "message": "No money"}},
             {"name": "ship", "status": "Pending", "attempts": 0}]
            """;
        var compensated = TestSaga.Create(null, endedAt: started.AddSeconds(65));
        compensated.State = "Compensated";
        compensated.StartedAt = started;
        compensated.Steps = Steps;
        compensated.Failure = """{"step": "charge", "code": "declined", "message": "No money"}""";
        var running = TestSaga.Create(started);
        running.StartedAt = started.AddSeconds(1);
        (running.CurrentStep, running.Direction, running.Attempt) = ("charge", "Execute", 2);
        running.Steps = """[{"name": "reserve", "status": "Succeeded"}, {"name": "charge", "status": "Running"}]""";
        var waiting = TestSaga.Create(started);
        waiting.StartedAt = started.AddSeconds(2);
        (waiting.CurrentStep, waiting.Direction, waiting.Attempt) = ("charge", "Execute", 1);
        waiting.Steps = """
            [{"name": "reserve", "status": "Succeeded", "error": {"code": "BUSY", "message": "Busy"}},
             {"name": "charge", "status": "Running", "waitsFor": "CIRCUIT_OPEN",
              "error": {"code": "CIRCUIT_OPEN", "message": "It is open."}}]
            """;
        var group = TestSaga.Create(started);
        group.StartedAt = started.AddSeconds(3);
        (group.CurrentStep, group.Direction, group.Attempt) = ("flight", "Execute", 2);
        group.Steps = """
            [{"name": "flight", "group": 1, "status": "Running", "attempts": 2, "dueAt": "2026-01-02T03:04:09Z"},
             {"name": "car", "group": 1, "status": "Succeeded", "attempts": 1},
             {"name": "hotel", "group": 1, "status": "Running", "attempts": 1, "waitsFor": "CIRCUIT_OPEN",
              "error": {"code": "CIRCUIT_OPEN", "message": "It is open."}}]
            """;
        var stuck = TestSaga.Create(null);
        stuck.StartedAt = started.AddSeconds(4);
        (stuck.State, stuck.CurrentStep, stuck.Direction, stuck.Attempt) = ("Suspended", "flight", "Execute", 4);
        stuck.Steps = """
            [{"name": "flight", "group": 1, "status": "Failed"}, {"name": "hotel", "group": 1, "status": "Unknown"}]
            """;
        await host.AddAsync(compensated, running, waiting, group, stuck);

        var overview = await host.ReadAsync(
            $"SELECT saga, state, progress, current_step, why FROM {host.Prefix}saga_overview ORDER BY started_at");
        var duration = await host.ReadAsync(
            $"SELECT CAST(duration AS text) FROM {host.Prefix}saga_overview WHERE state = 'Compensated'");
        var steps = await host.ReadAsync(
            $"SELECT position, step, status, attempts, compensation_attempts, error_code, error_message "
            + $"FROM {host.Prefix}saga_step WHERE saga_id = '{compensated.CorrelationId}' ORDER BY position");
        var groups = await host.ReadAsync(
            $"SELECT step, parallel_group, due_at IS NOT NULL FROM {host.Prefix}saga_step "
            + $"WHERE saga_id = '{group.CorrelationId}' ORDER BY position");
        var waits = await host.ReadAsync(
            $"SELECT step, waits_for, error_message FROM {host.Prefix}saga_step WHERE waits_for IS NOT NULL");

        overview.ShouldBe([
            "order v1 | Compensated | 0/3 steps, 1 undone | - | declined: No money (charge)",
            "order v1 | Running | 1/2 steps | charge, attempt 2 | -",
            "order v1 | Running | 1/2 steps | charge, attempt 1, waits: CIRCUIT_OPEN | CIRCUIT_OPEN: It is open. (charge)",
            "order v1 | Running | 1/3 steps | flight, attempt 2 and hotel, attempt 1, waits: CIRCUIT_OPEN | "
            + "CIRCUIT_OPEN: It is open. (hotel)",
            "order v1 | Suspended | 0/2 steps | stuck at flight and hotel | -",
        ]);
        waits.ShouldBe(["charge | CIRCUIT_OPEN | It is open.", "hotel | CIRCUIT_OPEN | It is open."], ignoreOrder: true);
        groups.Select(line => line.ToLowerInvariant().Replace("true", "1").Replace("false", "0"))
            .ShouldBe(["flight | 1 | 1", "car | 1 | 0", "hotel | 1 | 0"]);
        duration.ShouldBe(["00:01:05"]);
        steps.ShouldBe([
            "1 | reserve | Compensated | 1 | 2 | - | -",
            "2 | charge | Failed | 4 | - | declined | No money",
            "3 | ship | Pending | 0 | - | - | -",
        ]);
    }
}
