using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What becomes of sagas that a worker could not decide about, whatever the database.</summary>
public abstract class UndecidedContract
{
    // Another version than any row of a saga has here.
    private const int Decided = 1000;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Fact]
    public async Task Note_SagaThatIsDue_IsNeitherClaimedNorHeldNorLate()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (undecided, healthy) = (TestSaga.Create(host.Now.AddHours(-1)), TestSaga.Create(host.Now.AddSeconds(-2)));
        await host.AddAsync(undecided, healthy);
        var due = host.Services.GetRequiredService<DueSagas>();
        (await due.ClaimAsync(10, Lease, [], Ct)).Count.ShouldBe(2);

        var row = (await Sagas(host).NoteAsync(undecided.CorrelationId, "It\ncannot be read.", null, Ct))
            .ShouldNotBeNull();

        (row.Attempts, row.Reason).ShouldBe((1, "It cannot be read."));
        (row.NextLookAt - row.LastAt).ShouldBeInRange(TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.1));
        var claims = await due.FindClaimsAsync([undecided.CorrelationId, healthy.CorrelationId], Ct);
        (claims.Held.Single(), claims.Lapsed).ShouldBe((healthy.CorrelationId, 0));
        await host.QueryAsync(context => context.Sagas.ExecuteUpdateAsync(
            set => set.SetProperty(saga => saga.DueClaimedUntil, host.Now.AddSeconds(-1)), Ct));
        (await due.ClaimAsync(10, Lease, [], Ct)).Single().SagaId.ShouldBe(healthy.CorrelationId);
        var figures = await host.Services.GetRequiredService<StoreStatistics>().ReadAsync(Ct);
        figures.UndecidedSagas.ShouldBe(1);
        figures.DueLag.ShouldBeLessThan(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task Take_AgainAndAgain_GivesItToOneAfterAPauseThatGrows()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now);
        await host.AddAsync(saga);
        var sagas = Sagas(host);
        await sagas.NoteAsync(saga.CorrelationId, "No.", null, Ct);
        (await sagas.TakeAsync(10, Lease, true, Ct)).Due.ShouldBeEmpty();

        for (var attempt = 2; attempt <= 12; attempt++)
        {
            await sagas.BringForwardAsync(Ct);
            var taken = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sagas.TakeAsync(10, Lease, true, Ct)));
            taken.SelectMany(looks => looks.Due).ShouldBe([saga.CorrelationId]);
            var row = (await sagas.NoteAsync(saga.CorrelationId, "No.", null, Ct)).ShouldNotBeNull();

            row.Attempts.ShouldBe(attempt);
            var pause = Math.Min(Math.Pow(2, attempt - 1), 300);
            (row.NextLookAt - row.LastAt).TotalSeconds.ShouldBeInRange(0.9 * pause, 1.1 * pause);
        }
    }

    [Fact]
    public async Task Take_MessagesWait_SendsThemBackInsteadOfTellingOfTheSaga()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now.AddMinutes(-1));
        await host.AddAsync(saga);
        var sagas = Sagas(host);
        var reply = Message();
        await sagas.NoteAsync(saga.CorrelationId, "No.", reply, Ct);
        await sagas.BringForwardAsync(Ct);

        var looks = await sagas.TakeAsync(10, Lease, false, Ct);

        looks.Due.ShouldBeEmpty();
        looks.Released.ShouldBe(1);
        var row = await host.QueryAsync(context => context.Outbox.SingleAsync(Ct));
        (row.MessageId, row.Body, row.Headers, row.Attempts, row.ParkedAt)
            .ShouldBe((reply.MessageId, reply.Body, reply.Headers, 0, null));
        row.NextTryAt.ShouldBeLessThanOrEqualTo(host.Now);
        (await host.QueryAsync(context => context.UndecidedMessages.CountAsync(Ct))).ShouldBe(0);
    }

    /// <summary>By whichever worker, one that does not know these tables included.</summary>
    [Fact]
    public async Task Take_SagaWasDecidedAboutSince_ForgetsItAndSendsItsMessagesBackFirst()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now.AddMinutes(-1));
        await host.AddAsync(saga);
        var sagas = Sagas(host);
        await sagas.NoteAsync(saga.CorrelationId, "No.", Message(), Ct);
        await host.DeliverAsync(async transaction =>
        {
            var table = host.Table(transaction);
            table.Update((await table.LoadAsync(saga.CorrelationId, Ct)).ShouldNotBeNull());
            return true;
        });
        var due = host.Services.GetRequiredService<DueSagas>();
        (await sagas.ReadAsync(Ct)).Count.ShouldBe(0);
        (await due.ClaimAsync(10, Lease, [], Ct)).ShouldBeEmpty("its timeout is not to overtake the message");

        var looks = await sagas.TakeAsync(10, Lease, true, Ct);

        (looks.Due.Count, looks.Released).ShouldBe((0, 1));
        (await host.QueryAsync(context => context.Undecided.CountAsync(Ct))).ShouldBe(0);
        (await due.ClaimAsync(10, Lease, [], Ct)).ShouldBeEmpty("the message is on its way");
    }

    [Fact]
    public async Task Take_SagaIsGone_ForgetsIt()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now);
        await host.AddAsync(saga);
        await Sagas(host).NoteAsync(saga.CorrelationId, "No.", null, Ct);
        await host.QueryAsync(context => context.Sagas.ExecuteDeleteAsync(Ct));

        await Sagas(host).TakeAsync(10, Lease, true, Ct);

        (await host.QueryAsync(context => context.Undecided.CountAsync(Ct))).ShouldBe(0);
    }

    [Fact]
    public async Task Note_TooManyMessagesWait_TakesNoMore()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now);
        await host.AddAsync(saga);
        for (var i = 0; i < UndecidedSagas.MaxMessages; i++)
        {
            (await Sagas(host).NoteAsync(saga.CorrelationId, "No.", Message(), Ct)).ShouldNotBeNull();
        }

        (await Sagas(host).NoteAsync(saga.CorrelationId, "No.", Message(), Ct)).ShouldBeNull();

        (await host.QueryAsync(context => context.UndecidedMessages.CountAsync(Ct))).ShouldBe(UndecidedSagas.MaxMessages);
        (await Sagas(host).NoteAsync(saga.CorrelationId, "No.", null, Ct)).ShouldNotBeNull().Attempts.ShouldBe(1);
    }

    /// <summary>The worker died before it acknowledged the message, say: copies would grow in number with each look.</summary>
    [Proves("undecided-message-twice")]
    [Fact]
    public async Task Note_MessageIsDeliveredAgain_IsKeptOnce()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (saga, other) = (TestSaga.Create(host.Now), TestSaga.Create(host.Now));
        await host.AddAsync(saga, other);
        var reply = Message();

        (await Sagas(host).NoteAsync(saga.CorrelationId, "No.", reply, Ct)).ShouldNotBeNull();
        (await Sagas(host).NoteAsync(saga.CorrelationId, "No.", reply, Ct)).ShouldNotBeNull();
        (await Sagas(host).NoteAsync(other.CorrelationId, "No.", reply, Ct)).ShouldNotBeNull();

        var kept = await host.QueryAsync(context => context.UndecidedMessages.Select(x => x.SagaId).ToListAsync(Ct));
        kept.ShouldBe([saga.CorrelationId, other.CorrelationId], ignoreOrder: true);
    }

    [Fact]
    public async Task Take_MessageOfOneCannotBeSentBack_TheOthersAreTaken()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (broken, other) = (TestSaga.Create(host.Now), TestSaga.Create(host.Now));
        await host.AddAsync(broken, other);
        var sagas = Sagas(host);
        await sagas.NoteAsync(broken.CorrelationId, "No.", Message(), Ct);
        await host.QueryAsync(context => context.UndecidedMessages.ExecuteUpdateAsync(
            set => set.SetProperty(x => x.Message, "{"), Ct));
        await sagas.NoteAsync(other.CorrelationId, "No.", null, Ct);
        await sagas.BringForwardAsync(Ct);

        var looks = await sagas.TakeAsync(10, Lease, false, Ct);

        looks.Due.ShouldBe([other.CorrelationId]);
        (await host.QueryAsync(context => context.UndecidedMessages.CountAsync(Ct))).ShouldBe(1);
        (await sagas.TakeAsync(10, Lease, false, Ct)).Due.ShouldBeEmpty();
    }

    /// <summary>Its row was deleted by hand, say: it would keep its saga's timers waiting for ever.</summary>
    [Proves("undecided-message-unreadable")]
    [Fact]
    public async Task Take_MessageWaitsWithoutARow_IsSentBack()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var saga = TestSaga.Create(host.Now.AddMinutes(-1));
        await host.AddAsync(saga);
        var sagas = Sagas(host);
        await sagas.NoteAsync(saga.CorrelationId, "No.", Message(), Ct);
        await host.QueryAsync(context => context.Undecided.ExecuteDeleteAsync(Ct));

        var looks = await sagas.TakeAsync(10, Lease, true, Ct);

        (looks.Due.Count, looks.Released).ShouldBe((0, 1));
        (await host.QueryAsync(context => context.Outbox.CountAsync(Ct))).ShouldBe(1);
        (await host.QueryAsync(context => context.UndecidedMessages.CountAsync(Ct))).ShouldBe(0);
    }

    /// <summary>It stays for a worker that can read it, is shown, and the messages of others go out.</summary>
    [Proves("undecided-message-unreadable")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Take_MessageCannotBeReadAndItsSagaWasDecidedAbout_StaysAndHoldsUpNoOther(bool hasRow)
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (broken, other) = (TestSaga.Create(host.Now.AddMinutes(-1)), TestSaga.Create(host.Now.AddMinutes(-1)));
        await host.AddAsync(broken, other);
        var sagas = Sagas(host);
        await sagas.NoteAsync(broken.CorrelationId, "No.", Message(), Ct);
        await host.QueryAsync(context => context.UndecidedMessages.ExecuteUpdateAsync(
            set => set.SetProperty(x => x.Message, "{"), Ct));
        await sagas.NoteAsync(other.CorrelationId, "No.", Message(), Ct);
        await host.QueryAsync(context => context.Undecided
            .Where(row => hasRow || row.SagaId == other.CorrelationId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RowVersion, Decided), Ct));
        await host.QueryAsync(context => context.Undecided
            .Where(row => row.RowVersion != Decided).ExecuteDeleteAsync(Ct));

        var looks = await sagas.TakeAsync(10, Lease, true, Ct);

        (looks.Due.Count, looks.Released).ShouldBe((0, 1));
        var message = await host.QueryAsync(context => context.UndecidedMessages.SingleAsync(Ct));
        (message.SagaId, message.Message).ShouldBe((broken.CorrelationId, "{"));
        var figures = await sagas.ReadAsync(Ct);
        figures.Count.ShouldBe(1);
        figures.Reasons[0].Example.ShouldBe(broken.CorrelationId);
        figures.Reasons[0].Reason.ShouldStartWith("A message that waits for the saga cannot be read here: ");
    }

    [Fact]
    public async Task Read_SeveralReasons_CountsThemTheMostFrequentFirst()
    {
        await using var database = await CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var sagas = Enumerable.Range(0, 5).Select(_ => TestSaga.Create(host.Now)).ToArray();
        await host.AddAsync(sagas);
        for (var i = 0; i < sagas.Length; i++)
        {
            await Sagas(host).NoteAsync(sagas[i].CorrelationId, i < 3 ? "Often." : new string('x', 5000), null, Ct);
        }

        var figures = await Sagas(host).ReadAsync(Ct);

        figures.Count.ShouldBe(5);
        figures.Reasons.Select(reason => (reason.Count, reason.Reason.Length)).ShouldBe([(3, 6), (2, 500)]);
        sagas.Take(3).Select(saga => saga.CorrelationId).ShouldContain(figures.Reasons[0].Example);
        figures.Reasons[0].Since.ShouldBeInRange(host.Now.AddMinutes(-1), host.Now);
    }

    private static UndecidedSagas Sagas(StoreHost host) => host.Services.GetRequiredService<UndecidedSagas>();

    private static OutboxMessage Message() => new()
    {
        MessageId = Guid.NewGuid(),
        DestinationAddress = "exchange:sagas",
        ContentType = "application/json",
        MessageType = "urn:message:Sagas.Contracts:StepSucceeded",
        Body = """{"result":"ä\u0000"}""",
        Headers = """{"x-number":42}""",
        SentTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
    };
}
