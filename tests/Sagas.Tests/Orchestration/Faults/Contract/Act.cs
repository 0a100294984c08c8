using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using static Sagas.Contracts.StepDirection;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>Something that happens to a saga: a message comes, or its deadline.</summary>
/// <param name="Message">Makes the message for a run; <see langword="null"/> when the saga's deadline comes.</param>
internal sealed record Act(Func<Run, object>? Message)
{
    private const string VastNumber = "1e999999";

    /// <summary>The deadline of the saga comes.</summary>
    public static readonly Act Due = new((Func<Run, object>?)null);

    /// <summary>Somebody wants the saga.</summary>
    public static Act Start(string saga) =>
        new(run => new StartSaga { SagaName = saga, SagaId = run.SagaId, Input = Input(run, amount: 1) });

    /// <summary>Somebody wants the saga with an input that no database keeps.</summary>
    public static Act StartVast(string saga) => new(run => new StartSaga
    {
        SagaName = saga,
        SagaId = run.SagaId,
        Input = JsonElement.Parse($$"""{"amount":{{VastNumber}}}"""),
    });

    /// <summary>Somebody wants a saga, whichever id it gets, under a key.</summary>
    public static Act StartUnderKey(string saga, int amount = 1) =>
        new(run => new StartSaga { SagaName = saga, IdempotencyKey = run.Key, Input = Input(run, amount) });

    /// <summary>A step was carried out.</summary>
    public static Act Done(string step, int attempt = 1, string result = """{"number":17}""") => new(run => new StepSucceeded
    {
        SagaId = run.SagaId,
        Step = step,
        Direction = Execute,
        Attempt = attempt,
        Result = JsonElement.Parse(result),
    });

    /// <summary>A step was carried out, with a result that no database keeps as it is.</summary>
    public static Act DoneVast(string step) => Done(step, result: $$"""{"number":{{VastNumber}},"text":"x\u0000"}""");

    /// <summary>A step was undone.</summary>
    public static Act Undone(string step, int attempt = 1) =>
        new(run => new StepSucceeded { SagaId = run.SagaId, Step = step, Direction = Compensate, Attempt = attempt });

    /// <summary>A step had no effect.</summary>
    public static Act Fails(string step, int attempt = 1, bool retryable = false) =>
        new(run => Failed(run, step, Execute, attempt, retryable));

    /// <summary>A step could not be undone.</summary>
    public static Act UndoFails(string step, int attempt = 1) =>
        new(run => Failed(run, step, Compensate, attempt, retryable: true));

    /// <summary>A step could not be begun.</summary>
    public static Act PutOff(string step) => new(run => new StepDeferred
    {
        SagaId = run.SagaId,
        Step = step,
        Direction = Execute,
        Attempt = 1,
        Wait = TimeSpan.FromMinutes(1),
        Code = "CIRCUIT_OPEN",
        Message = $"The circuit of {step} is open.",
    });

    /// <summary>An operator lets the saga go on.</summary>
    public static Act Retry() =>
        new(run => new RetrySaga { SagaId = run.SagaId, Operator = "ann", Reason = "it is back" });

    /// <summary>An operator lets the saga go on behind a step.</summary>
    public static Act Skip(string step) =>
        new(run => new SkipStep { SagaId = run.SagaId, Step = step, Operator = "ann", Reason = "done by hand" });

    /// <summary>An operator ends the saga.</summary>
    public static Act Abort() =>
        new(run => new AbortSaga { SagaId = run.SagaId, Operator = "ann", Reason = "hopeless" });

    /// <summary>An operator makes the saga turn back.</summary>
    public static Act Cancel() =>
        new(run => new CancelSaga { SagaId = run.SagaId, Operator = "ann", Reason = "not wanted" });

    private static StepFailed Failed(Run run, string step, StepDirection direction, int attempt, bool retryable) => new()
    {
        SagaId = run.SagaId,
        Step = step,
        Direction = direction,
        Attempt = attempt,
        Code = "NO",
        Message = $"{step} says no",
        Retryable = retryable,
    };

    private static JsonElement Input(Run run, int amount) =>
        JsonElement.Parse($$"""{"run":"{{run.Key}}","amount":{{amount}}}""");
}
