namespace Sagas.IntegrationTests.Chaos;

/// <summary>The proof itself is put to the proof: each thing that must not be is forged and found.</summary>
public sealed class ChaosAuditTests
{
    // The mix: saga 0 is an order that completes, saga 4 one that is compensated, saga 12 may end either way.
    private static readonly ChaosSaga Completed = new(
        0, "Completed",
        [Did("reserve-stock"), Did("charge-card"), Did("book-shipment")],
        [Stands("reserve-stock"), Stands("charge-card"), Stands("book-shipment")]);

    private static readonly ChaosSaga Compensated = new(
        4, "Compensated",
        [Did("reserve-stock"), Did("charge-card"), Undid("charge-card"), Undid("reserve-stock")],
        [Undone("reserve-stock"), Undone("charge-card")]);

    public static TheoryData<string, string> Forgeries => new()
    {
        { "lost", "4 sagas were started and are not there, the first is saga 1" },
        { "twice", "saga 0 was started 2 times" },
        { "stray", "3 effects belong to no saga" },
        { "set aside", "2 in stock_error" },
        { "wrong end", "must be Completed" },
        { "suspended", "must be Completed or Compensated" },
        { "effect twice", "charge-card had its effect 2 times" },
        { "log twice", "Compensate charge-card is in the log 2 times" },
        { "not undone", "nobody undid charge-card" },
        { "wrongly undone", "charge-card was undone" },
        { "no effect", "charge-card had no effect" },
        { "no row", "charge-card is in the log, and left no row" },
        { "wrong order", "which is not the reverse of the steps'" },
        { "undone first", "charge-card: Compensate, Execute" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void FindViolations_Forged_NamesIt(string forgery, string violation) =>
        ChaosAudit.FindViolations(Forge(forgery)).ShouldContain(x => x.Contains(violation));

    [Fact]
    public void FindViolations_NothingWrong_FindsNothing()
    {
        ChaosAudit.FindViolations(Run(Completed, Compensated)).ShouldBeEmpty();
        ChaosAudit.FindViolations(Run(Completed, Compensated, Completed with { Number = 12 })).ShouldBeEmpty();
        ChaosAudit.FindViolations(Run(Completed, Compensated, Compensated with { Number = 12 })).ShouldBeEmpty();
    }

    private static ChaosRecord Forge(string forgery) => forgery switch
    {
        "lost" => Run(Completed) with { Started = 5 },
        "twice" => Run(Completed, Completed, Compensated),
        "stray" => Run(Completed, Compensated) with { Strays = 3 },
        "set aside" => Run(Completed, Compensated) with
        {
            SetAside = new Dictionary<string, long> { ["stock_error"] = 2, ["sagas_error"] = 0 },
        },
        "wrong end" => Run(Completed with { State = "Compensated" }),
        "suspended" => Run(Completed with { Number = 12, State = "Suspended" }),
        "effect twice" => Run(Completed with { Effects = [.. Completed.Effects, Stands("charge-card")] }),
        "log twice" => Run(Compensated with { Log = [.. Compensated.Log, Undid("charge-card")] }),
        "not undone" => Run(Compensated with { Effects = [Undone("reserve-stock"), Stands("charge-card")] }),
        "wrongly undone" => Run(Completed with
        {
            Effects = [Stands("reserve-stock"), Undone("charge-card"), Stands("book-shipment")],
        }),
        "no effect" => Run(Completed with { Effects = [Stands("reserve-stock"), Stands("book-shipment")] }),
        "no row" => Run(Completed with { Effects = [Stands("reserve-stock"), Stands("book-shipment")] }),
        "wrong order" => Run(Compensated with
        {
            Log = [Did("reserve-stock"), Did("charge-card"), Undid("reserve-stock"), Undid("charge-card")],
        }),
        "undone first" => Run(Compensated with
        {
            Log = [Did("reserve-stock"), Undid("charge-card"), Did("charge-card"), Undid("reserve-stock")],
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(forgery), forgery, "There is no such forgery."),
    };

    /// <summary>A run of five sagas and more, of which those that are not given and are not lost did what the mix says.</summary>
    private static ChaosRecord Run(params ChaosSaga[] sagas)
    {
        var numbers = sagas.Select(x => x.Number).ToHashSet();
        var started = Math.Max(1, numbers.Max() + 1);
        return new ChaosRecord
        {
            Started = started,
            Sagas = [.. sagas, .. Enumerable.Range(0, started).Where(x => !numbers.Contains(x)).Select(Right)],
        };
    }

    private static ChaosSaga Right(int number)
    {
        var it = ChaosMix.Of(number);
        var isUndone = it.State != "Completed";
        return new ChaosSaga(number, it.State ?? "Compensated", [], [.. it.Steps.Select(x => new ChaosEffect(x, isUndone))]);
    }

    private static ChaosLog Did(string step) => new(step, "Execute");

    private static ChaosLog Undid(string step) => new(step, "Compensate");

    private static ChaosEffect Stands(string step) => new(step, false);

    private static ChaosEffect Undone(string step) => new(step, true);
}
