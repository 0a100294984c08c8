namespace Sagas.IntegrationTests.Faults;

/// <summary>The proof itself is put to the proof: each thing that must not be is forged and found.</summary>
public sealed class RunAuditTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    // The mix: order-0 completes, order-7 compensates.
    private static readonly SagaRecord Completed = new()
    {
        Number = 0,
        State = "Completed",
        History = [At(0, "SagaStarted"), At(0, "StepSent", 5), At(1, "StepSucceeded"), At(1, "SagaCompleted")],
        Log = [Did("reserve-stock"), Did("charge-card"), Did("book-shipment")],
        Effects = [Stands("reserve-stock"), Stands("charge-card"), Stands("book-shipment")],
    };

    private static readonly SagaRecord Compensated = new()
    {
        Number = 7,
        State = "Compensated",
        Log = [Did("reserve-stock"), Did("charge-card"), Undid("charge-card"), Undid("reserve-stock")],
        Effects = [Undone("charge-card"), Undone("reserve-stock")],
    };

    public static TheoryData<string, string> Forgeries => new()
    {
        { "a wrong end", "is Compensated, and must be Completed" },
        { "an effect twice", "Execute charge-card had its effect 2 times" },
        { "an undoing twice", "Compensate charge-card had its effect 2 times" },
        { "the wrong order", "which is not the reverse" },
        { "an effect that nobody undid", "which is not the reverse" },
        { "a step left out", "and must have executed all" },
        { "steps in another order", "which is not the order of the steps" },
        { "a row too many", "has the rows" },
        { "a row that was not undone", "has the rows" },
        { "a saga lost", "1 sagas were started and are not there, the first is order-8" },
        { "a saga twice", "order-7 was started 2 times" },
        { "a message given up", "1 messages are in the worker's error or skipped queue" },
        { "a parked message", "1 outbox messages are parked" },
        { "a long wait", "waited 15.1 s for StepSucceeded with a timeout of 5.0 s" },
        { "a hasty timeout", "timed out 1.0 s before the deadline" },
        { "a late start", "waited 15.1 s for SagaStarted with a timeout of 5.0 s" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void FindViolations_Forged_NamesIt(string forgery, string violation)
    {
        RunAudit.FindViolations(Forge(forgery)).ShouldContain(x => x.Contains(violation));
    }

    [Fact]
    public void FindViolations_NothingWrong_FindsNothing()
    {
        RunAudit.FindViolations(Run(Completed, Compensated)).ShouldBeEmpty();
    }

    [Fact]
    public void FindViolations_WaitsThatMayBe_FindsNothing()
    {
        var saga = Completed with
        {
            History =
            [
                At(0, "SagaStarted"), At(0, "StepSent", 5), At(100, "StepFailed", 100.2), At(114.9, "StepSent", 119.9),
                At(129.8, "StepSucceeded"), At(129.8, "SagaCompleted"), At(200, "ReplyIgnored"), At(200, "LateSuccess"),
            ],
        };

        RunAudit.FindViolations(Run(saga, Compensated) with { HealedAt = Start.AddSeconds(90) }).ShouldBeEmpty();
    }

    private static RunRecord Forge(string forgery) => forgery switch
    {
        "a wrong end" => Run(Completed with { State = "Compensated" }, Compensated),
        "an effect twice" => Run(Completed with { Log = [.. Completed.Log, Did("charge-card")] }, Compensated),
        "an undoing twice" => Run(Completed, Compensated with { Log = [.. Compensated.Log, Undid("charge-card")] }),
        "the wrong order" => Run(
            Completed,
            Compensated with
            {
                Log = [Did("reserve-stock"), Did("charge-card"), Undid("reserve-stock"), Undid("charge-card")],
            }),
        "an effect that nobody undid" => Run(
            Completed,
            Compensated with { Log = [.. Compensated.Log.SkipLast(1)], Effects = [Undone("charge-card"), Stands("reserve-stock")] }),
        "a step left out" => Run(
            Completed with { Log = [.. Completed.Log.SkipLast(1)], Effects = [.. Completed.Effects.SkipLast(1)] }, Compensated),
        "steps in another order" => Run(Completed with { Log = [.. Completed.Log.Reverse()] }, Compensated),
        "a row too many" => Run(
            Completed with { Effects = [.. Completed.Effects, Stands("charge-card")] }, Compensated),
        "a row that was not undone" => Run(
            Completed, Compensated with { Effects = [Undone("charge-card"), Stands("reserve-stock")] }),
        "a saga lost" => Run(Completed, Compensated) with { Started = 9 },
        "a saga twice" => Run(Completed, Compensated, Compensated),
        "a message given up" => Run(Completed, Compensated) with { LostMessages = 1 },
        "a parked message" => Run(Completed, Compensated) with { ParkedMessages = 1 },
        "a long wait" => Run(
            Completed with { History = [At(0, "SagaStarted"), At(0, "StepSent", 5), At(25.1, "StepSucceeded")] },
            Compensated) with
        { HealedAt = Start.AddSeconds(10) },
        "a hasty timeout" => Run(
            Completed with { History = [At(0, "StepSent", 5), At(2, "ReplyIgnored"), At(4, "StepTimedOut", 5)] }, Compensated),
        "a late start" => Run(
            Completed with { History = [At(25.1, "SagaStarted"), At(25.1, "StepSent", 30.1)] },
            Compensated) with
        { HealedAt = Start.AddSeconds(10) },
        _ => throw new ArgumentOutOfRangeException(nameof(forgery), forgery, "There is no such forgery."),
    };

    /// <summary>A run of eight sagas, of which those that are not given did what the mix says.</summary>
    private static RunRecord Run(params SagaRecord[] sagas) => new()
    {
        Started = 8,
        Sagas =
        [
            .. sagas,
            .. Enumerable.Range(1, 5).Select(x => Completed with { Number = x }),
            Compensated with { Number = 6, Log = [], Effects = [] },
        ],
    };

    private static SagaRecord.HistoryLine At(double seconds, string @event, double? until = null) =>
        new(Start.AddSeconds(seconds), @event, until is { } end ? Start.AddSeconds(end) : null);

    private static SagaRecord.LogLine Did(string step) => new(step, "Execute");

    private static SagaRecord.LogLine Undid(string step) => new(step, "Compensate");

    private static SagaRecord.EffectRow Stands(string step) => new(step, false);

    private static SagaRecord.EffectRow Undone(string step) => new(step, true);
}
