using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>Sagas that this worker cannot read, of a definition that only others understand.</summary>
public sealed class UndecidedSagaTests
{
    private const string Foreign = """
        {
          "name": "foreign", "version": 1,
          "steps": [{ "name": "book", "queue": "participants", "timeout": "TIMEOUT", "retry": { "retries": 1, "interval": "20ms" } }]
        }
        """;

    private const string Own = """
        {
          "name": "own", "version": 1,
          "steps": [{ "name": "book", "queue": "participants", "timeout": "300ms", "retry": { "retries": 1, "interval": "20ms" } }]
        }
        """;

    private const string Break = "update saga_definition set content = json_set(content, '$.novel', 1) where name = 'foreign'";
    private const string Repair = "update saga_definition set content = json_remove(content, '$.novel') where name = 'foreign'";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("worker-undecided-saga")]
    [Fact]
    public async Task Due_MoreThanABatchCannotBeRead_TheTimersOfOthersGoOn()
    {
        await using var first = await StartAsync("20s");
        for (var i = 0; i < 25; i++)
        {
            await first.StartSagaAsync("foreign", Ct);
        }

        await first.KillAsync();
        await first.RowsAsync("update saga_state set state = 'Running', due_at = '2026-01-02 03:04:05' where ended_at is null");
        await first.RowsAsync(Break);
        await using var worker = await StartSecondAsync(first);
        await UntilAsync(worker, "select count(*) from undecided_saga where attempts > 0", 25L);

        var own = await worker.StartSagaAsync("own", Ct);

        await worker.UntilStateAsync(own, "Compensated", Ct);
        (await worker.ScalarAsync("select count(*) from saga_state where name = 'foreign' and state = 'Running'")).ShouldBe(25L);
        worker.Log.Count(line => line.Contains("undecided", StringComparison.Ordinal)).ShouldBe(1);
        worker.Log.ShouldNotContain(line => line.Contains("R-FAULT", StringComparison.Ordinal));
    }

    [Proves("worker-undecided-saga")]
    [Fact]
    public async Task Reply_SagaCannotBeReadHere_WaitsAndCountsWhenItCan()
    {
        await using var first = await StartAsync("20s");
        var saga = await first.StartSagaAsync("foreign", Ct);
        await Eventually.HoldsAsync("the command", () => Task.FromResult(!first.Commands.IsEmpty), Ct);
        await first.KillAsync();
        await first.RowsAsync(Break);
        await using var worker = await StartSecondAsync(first);

        await worker.SendAsync((StepSucceeded)EmbeddedWorker.Succeed(first.Commands.First()), Ct);
        await UntilAsync(worker, "select count(*) from undecided_message", 1L);
        await UntilAsync(worker, "select max(attempts) from undecided_saga", 2L);
        (await worker.ScalarAsync("select state from saga_state")).ShouldBe("Running");
        await worker.RowsAsync(Repair);

        await worker.UntilStateAsync(saga, "Completed", Ct);
        await UntilAsync(worker, "select (select count(*) from undecided_saga) + (select count(*) from undecided_message)", 0L);
        await UntilAsync(worker, "select count(*) from outbox_message", 0L);
        (await worker.ScalarAsync("select count(*) from saga_history where event = 'StepSucceeded'")).ShouldBe(1L);
    }

    [Proves("worker-undecided-saga")]
    [Fact]
    public async Task Command_SagaCannotBeReadHere_IsAnsweredWhenItCan()
    {
        await using var first = await StartAsync("20s");
        var saga = await first.StartSagaAsync("foreign", Ct);
        await first.KillAsync();
        await first.RowsAsync(Break);
        await using var worker = await StartSecondAsync(first);

        var answer = worker.AskAsync<CancelSaga, CommandAccepted>(
            new CancelSaga { SagaId = saga, Operator = "ann", Reason = "enough" }, Ct);
        await UntilAsync(worker, "select count(*) from undecided_message", 1L);
        await worker.RowsAsync(Repair);

        (await answer).ShouldBeOfType<CommandAccepted>().SagaId.ShouldBe(saga);
    }

    [Proves("worker-undecided-saga")]
    [Fact]
    public async Task Reply_StateIsOneOfANewerWorker_WaitsAndCountsWhenItIsKnown()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Foreign.Replace("TIMEOUT", "20s"), Ct, _ => null);
        var saga = await worker.StartSagaAsync("foreign", Ct);
        await Eventually.HoldsAsync("the command", () => Task.FromResult(!worker.Commands.IsEmpty), Ct);
        await worker.RowsAsync("update saga_state set state = 'Reverting'");

        await worker.SendAsync((StepSucceeded)EmbeddedWorker.Succeed(worker.Commands.First()), Ct);
        await UntilAsync(worker, "select count(*) from undecided_message", 1L);
        await worker.RowsAsync("update saga_state set state = 'Running'");

        await worker.UntilStateAsync(saga, "Completed", Ct);
    }

    [Fact]
    public async Task Due_RowCannotBeRead_IsUndecidedWithAReason()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Foreign.Replace("TIMEOUT", "20s"), Ct, _ => null);
        await worker.StartSagaAsync("foreign", Ct);

        await worker.RowsAsync("""update saga_state set due_at = '2026-01-02 03:04:05', steps = '[{"name":1}]'""");

        await UntilAsync(worker, "select count(*) from undecided_saga", 1L);
        (await worker.ScalarAsync("select reason from undecided_saga")).ShouldBeOfType<string>()
            .ShouldStartWith("The saga's row cannot be read here: ");
    }

    [Proves("definition-not-loaded")]
    [Fact]
    public async Task Start_DefinitionOfAnotherWorker_IsAcceptedOnItsHighestVersion()
    {
        await using var first = await EmbeddedWorker.StartAsync(
            Foreign.Replace("TIMEOUT", "20s").Replace("\"version\": 1", "\"version\": 2"), Ct);
        await first.KillAsync();
        await using var older = await EmbeddedWorker.StartAsync(
            Foreign.Replace("TIMEOUT", "20s"), Ct, database: first.Database);

        var accepted = (await older.AskAsync<StartSaga, SagaAccepted>(new StartSaga { SagaName = "foreign" }, Ct))
            .ShouldBeOfType<SagaAccepted>();

        accepted.SagaVersion.ShouldBe(2);
        await older.UntilStateAsync(accepted.SagaId, "Completed", Ct);
    }

    [Proves("definition-not-readable")]
    [Fact]
    public async Task Start_DefinitionCannotBeReadHere_WaitsAndIsAcceptedWhenItCan()
    {
        await using var first = await StartAsync("20s");
        await first.KillAsync();
        await first.RowsAsync(Break);
        await using var worker = await StartSecondAsync(first);

        var answer = worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = "foreign", IdempotencyKey = "4711" }, Ct);
        await UntilAsync(worker, "select count(*) from undecided_message", 1L);
        await worker.RowsAsync(Repair);

        (await answer).ShouldBeOfType<SagaAccepted>().AlreadyStarted.ShouldBeFalse();
        await UntilAsync(worker, "select (select count(*) from undecided_saga) + (select count(*) from undecided_message)", 0L);
    }

    private static Task<EmbeddedWorker> StartAsync(string timeout) =>
        EmbeddedWorker.StartAsync(Foreign.Replace("TIMEOUT", timeout, StringComparison.Ordinal), Ct, _ => null);

    private static Task<EmbeddedWorker> StartSecondAsync(EmbeddedWorker first) => EmbeddedWorker.StartAsync(
        Own,
        Ct,
        _ => null,
        new Dictionary<string, string?> { ["Sagas:Timers:BatchSize"] = "10" },
        database: first.Database);

    private static Task UntilAsync(EmbeddedWorker worker, string sql, long expected) =>
        Eventually.BecomesAsync(() => worker.ScalarAsync(sql), expected, Ct);
}
