using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Orchestration;

/// <summary>What is asked for again has its effect once, and an answer each time, whatever the database.</summary>
public abstract class IdempotencyContract
{
    private const int Callers = 100;

    private const string Definition = """
        {
          "name": "trip", "version": 1,
          "steps": [
            { "name": "book-hotel", "queue": "participants", "compensation": { "retry": { "retries": 0 } } },
            { "name": "book-flight", "queue": "participants", "retry": { "retries": 0 } }
          ]
        }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    [Proves("message-start-twice")]
    [Fact]
    public async Task Start_SameKeyAHundredTimesAtOnce_StartsOneSagaAndAllGetItsAnswer()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);

        var answers = await AskAllAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));

        answers.ShouldAllBe(x => x is SagaAccepted);
        answers.Cast<SagaAccepted>().Select(x => (x.SagaId, x.SagaName, x.SagaVersion)).Distinct().ShouldHaveSingleItem();
        answers.Cast<SagaAccepted>().Count(x => !x.AlreadyStarted).ShouldBe(1);
        (await worker.ReadAsync(context => context.Sagas.CountAsync(Ct))).ShouldBe(1);
        (await HistoryAsync(worker, "SagaStarted")).ShouldBe(1);
    }

    [Fact]
    public async Task Start_SameKeyForAnotherInput_IsRefused()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);
        await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));

        var other = await AskAsync<StartSaga, RequestRefused>(
            worker, Request("trip-1") with { Input = JsonElement.Parse("""{"to":"Rome"}""") });

        other.Code.ShouldBe(RefusalCodes.IdempotencyConflict);
    }

    [Fact]
    public async Task Start_SameKeyAfterItsSagaEnded_IsAnotherSagaOnceTheKeyHasExpiredAndNotBefore()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database, ("Sagas:Start:IdempotencyKeyLifetime", "1s"));
        var first = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));
        await UntilSuspendedAsync(worker, first.SagaId, times: 1);
        await AskAsync<AbortSaga, CommandAccepted>(
            worker, new AbortSaga { SagaId = first.SagaId, Operator = "ann", Reason = "done by hand" });

        await Sagas.Tests.Eventually.HoldsAsync(
            "the key to expire",
            async () =>
            {
                var again = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));
                again.AlreadyStarted.ShouldBe(again.SagaId == first.SagaId);
                return !again.AlreadyStarted;
            },
            Ct);
    }

    /// <summary>However long ago it began: another one beside it would book a second trip.</summary>
    [Proves("message-start-after-key-expired")]
    [Fact]
    public async Task Start_SameKeyAfterItsLifetimeWhileItsSagaHasNotEnded_GetsTheSameAnswer()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(
            database, ("Sagas:Start:IdempotencyKeyLifetime", "1s"), ("Sagas:Retention:Interval", "1s"));
        var first = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));
        await UntilSuspendedAsync(worker, first.SagaId, times: 1);
        var soon = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-2"));
        await UntilSuspendedAsync(worker, soon.SagaId, times: 2);
        await AskAsync<AbortSaga, CommandAccepted>(
            worker, new AbortSaga { SagaId = soon.SagaId, Operator = "ann", Reason = "done by hand" });
        await Sagas.Tests.Eventually.HoldsAsync(
            "the retention to delete the key of the one that has ended",
            () => worker.ReadAsync(async context =>
                !await context.IdempotencyKeys.AnyAsync(x => x.Key == "trip-2", Ct)),
            Ct);

        var again = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));
        var other = await AskAsync<StartSaga, RequestRefused>(
            worker, Request("trip-1") with { Input = JsonElement.Parse("""{"to":"Rome"}""") });

        again.ShouldBe(first with { AlreadyStarted = true });
        other.Code.ShouldBe(RefusalCodes.IdempotencyConflict);
    }

    [Theory]
    [InlineData("trip", 2)]
    [InlineData("voyage", 1)]
    public async Task Start_SameKeyWhenItsVersionIsNoLongerTheLatest_GetsTheSameAnswer(string nameNow, int versionNow)
    {
        await using var database = await CreateDatabaseAsync();
        SagaAccepted first;
        await using (var worker = await StartAsync(database))
        {
            first = await AskAsync<StartSaga, SagaAccepted>(worker, Request("trip-1"));
        }

        await using var later = await StartAsync(
            database, Definition.Replace("\"trip\", \"version\": 1", $"\"{nameNow}\", \"version\": {versionNow}", StringComparison.Ordinal));
        var again = await AskAsync<StartSaga, SagaAccepted>(later, Request("trip-1"));

        again.ShouldBe(first with { AlreadyStarted = true });
    }

    [Proves("operator-command-repeated")]
    [Theory]
    [InlineData("Retry", "SagaRetried")]
    [InlineData("Skip", "StepSkipped")]
    [InlineData("Abort", "SagaAborted")]
    [InlineData("Cancel", "SagaCancelled")]
    public async Task Command_SameKeyAHundredTimesAtOnce_HasOneEffectAndIsAnsweredEachTime(string command, string historyEvent)
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);
        var saga = await BringAsync(worker, command == "Cancel" ? "Running" : "Suspended");

        var answers = command switch
        {
            "Retry" => await AskAllAsync<RetrySaga, CommandAccepted>(worker, Retry(saga, "repair-1")),
            "Skip" => await AskAllAsync<SkipStep, CommandAccepted>(worker, new SkipStep
            {
                SagaId = saga,
                Step = "book-hotel",
                Operator = "ann",
                Reason = "done by hand",
                IdempotencyKey = "repair-1",
            }),
            "Abort" => await AskAllAsync<AbortSaga, CommandAccepted>(worker, new AbortSaga
            {
                SagaId = saga,
                Operator = "ann",
                Reason = "done by hand",
                IdempotencyKey = "repair-1",
            }),
            _ => await AskAllAsync<CancelSaga, CommandAccepted>(worker, new CancelSaga
            {
                SagaId = saga,
                Operator = "ann",
                Reason = "changed her mind",
                IdempotencyKey = "repair-1",
            }),
        };

        answers.ShouldAllBe(x => x is CommandAccepted);
        answers.Cast<CommandAccepted>().Count(x => !x.AlreadyDone).ShouldBe(1);
        (await HistoryAsync(worker, historyEvent)).ShouldBe(1);
    }

    /// <summary>The saga is suspended again by then: without its key the copy would try in vain once more.</summary>
    [Proves("operator-command-repeated")]
    [Fact]
    public async Task Retry_DeliveredAgainAfterTheSagaStoppedAgain_HasNoFurtherEffect()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);
        var saga = await BringAsync(worker, "Suspended");
        var messageId = NewId.NextGuid();

        foreach (var delivery in Enumerable.Range(1, 3))
        {
            var answer = await AskAsync<RetrySaga, CommandAccepted>(worker, Retry(saga, key: null), messageId);
            answer.AlreadyDone.ShouldBe(delivery > 1);
            await UntilSuspendedAsync(worker, saga, times: 2);
        }

        (await HistoryAsync(worker, "SagaRetried")).ShouldBe(1);
        (await AskAsync<RetrySaga, CommandAccepted>(worker, Retry(saga, key: null))).AlreadyDone.ShouldBeFalse();
        (await HistoryAsync(worker, "SagaRetried")).ShouldBe(2);
    }

    [Proves("operator-key-reused")]
    [Fact]
    public async Task Command_KeyOfAnotherCommand_IsRefusedAndChangesNothing()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);
        var saga = await BringAsync(worker, "Suspended");
        await AskAsync<RetrySaga, CommandAccepted>(worker, Retry(saga, "repair-1"));
        await UntilSuspendedAsync(worker, saga, times: 2);

        var another = await AskAsync<AbortSaga, RequestRefused>(
            worker, new AbortSaga { SagaId = saga, Operator = "ann", Reason = "enough", IdempotencyKey = "repair-1" });
        var malformed = await AskAsync<RetrySaga, RequestRefused>(worker, Retry(saga, "repair 1"));

        (another.Code, malformed.Code).ShouldBe((RefusalCodes.IdempotencyConflict, RefusalCodes.InvalidIdempotencyKey));
        (await HistoryAsync(worker, "SagaAborted")).ShouldBe(0);
        (await HistoryAsync(worker, "SagaRetried")).ShouldBe(1);
    }

    /// <summary>A command that was refused had no effect, and may be sent again.</summary>
    [Fact]
    public async Task Command_RefusedBefore_IsCarriedOutOnceItIsPermitted()
    {
        await using var database = await CreateDatabaseAsync();
        await using var worker = await StartAsync(database);
        var saga = await BringAsync(worker, "Running");

        (await AskAsync<RetrySaga, RequestRefused>(worker, Retry(saga, "repair-1"))).Code.ShouldBe(RefusalCodes.InvalidState);
        await AskAsync<CancelSaga, CommandAccepted>(
            worker, new CancelSaga { SagaId = saga, Operator = "ann", Reason = "changed her mind" });
        await UntilSuspendedAsync(worker, saga, times: 1);

        (await AskAsync<RetrySaga, CommandAccepted>(worker, Retry(saga, "repair-1"))).AlreadyDone.ShouldBeFalse();
    }

    private static StartSaga Request(string key) =>
        new() { SagaName = "trip", Input = JsonElement.Parse("{}"), IdempotencyKey = key };

    private static RetrySaga Retry(Guid saga, string? key) =>
        new() { SagaId = saga, Operator = "ann", Reason = "the hotel is back", IdempotencyKey = key };

    /// <summary>A worker whose hotel can never be undone, and whose flight is booked out unless it is silent.</summary>
    private static Task<EmbeddedWorker> StartAsync(ITestDatabase database, params (string Key, string Value)[] settings) =>
        StartAsync(database, Definition, settings);

    private static Task<EmbeddedWorker> StartAsync(
        ITestDatabase database, string definition, params (string Key, string Value)[] settings) =>
        EmbeddedWorker.StartAsync(
            definition,
            Ct,
            x => x switch
            {
                CompensateStep => EmbeddedWorker.Fail(x, "DOWN"),
                { Step: "book-flight" } when x.Input.TryGetProperty("silent", out _) => null,
                { Step: "book-flight" } => EmbeddedWorker.Fail(x, "SOLD_OUT"),
                _ => EmbeddedWorker.Succeed(x),
            },
            settings.ToDictionary(x => x.Key, x => (string?)x.Value),
            database: database.ConnectionString);

    private static async Task<Guid> BringAsync(EmbeddedWorker worker, string state)
    {
        var input = state == "Running" ? """{"silent":true}""" : "{}";
        var saga = (await AskAsync<StartSaga, SagaAccepted>(
            worker, new StartSaga { SagaName = "trip", Input = JsonElement.Parse(input) })).SagaId;
        await Sagas.Tests.Eventually.HoldsAsync(
            state,
            () => worker.ReadAsync(context => context.Sagas.AnyAsync(
                x => x.CorrelationId == saga && x.State == state && x.CurrentStep != null
                    && (state == "Suspended" || x.CurrentStep == "book-flight"),
                Ct)),
            Ct);
        return saga;
    }

    private static Task UntilSuspendedAsync(EmbeddedWorker worker, Guid saga, int times) =>
        Sagas.Tests.Eventually.HoldsAsync(
            "the saga to be suspended",
            () => worker.ReadAsync(async context =>
                await context.Sagas.AnyAsync(x => x.CorrelationId == saga && x.State == "Suspended", Ct)
                && await context.History.CountAsync(x => x.Event == "SagaSuspended", Ct) == times),
            Ct);

    private static async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        EmbeddedWorker worker, TRequest request, Guid? messageId = null)
        where TRequest : class
        where TAnswer : class =>
        (await worker.AskAsync<TRequest, CommandAccepted, SagaAccepted>(request, messageId, Ct)).ShouldBeOfType<TAnswer>();

    private static Task<object[]> AskAllAsync<TRequest, TAnswer>(EmbeddedWorker worker, TRequest request)
        where TRequest : class
        where TAnswer : class =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => worker.AskAsync<TRequest, TAnswer>(request, Ct)));

    private static Task<int> HistoryAsync(EmbeddedWorker worker, string historyEvent) =>
        worker.ReadAsync(context => context.History.CountAsync(x => x.Event == historyEvent, Ct));
}
