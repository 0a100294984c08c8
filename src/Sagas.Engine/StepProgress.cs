using System.Collections.Immutable;
using System.Numerics;

namespace Sagas.Engine;

/// <summary>The attempts of one direction of a step.</summary>
/// <remarks>
/// Attempt numbers only go up. They are counted in <em>sets</em>: what a retry policy allows, a full new one with each
/// retry of an operator; and in <em>runs</em>: a compensation that a late success reopens starts a new run, to which
/// the answers of earlier runs mean nothing.
/// </remarks>
internal sealed record StepProgress
{
    /// <summary>A direction that was never taken.</summary>
    public static readonly StepProgress None = new();

    /// <summary>What is known of each attempt that was sent, in order.</summary>
    public ImmutableArray<StepAttempt> Attempts { get; init; } = [];

    /// <summary>The round of the idempotency key of the attempt in flight, or of the next one, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>How many attempts were sent before the present set.</summary>
    public int SetStart { get; init; }

    /// <summary>How many attempts were sent before the present run.</summary>
    public int RunStart { get; init; }

    /// <summary>How often the last attempt was put off.</summary>
    public int Waits { get; init; }

    /// <summary>
    /// Whether the last wait stands in the history: the first, the second, the fourth and so on do, so that a
    /// destination which never comes back does not fill the table.
    /// </summary>
    public bool IsWaitRecorded => BitOperations.IsPow2(Waits);

    /// <summary>How many attempts were sent.</summary>
    public int Count => Attempts.Length;

    /// <summary>How many attempts of the present set were sent.</summary>
    public int CountInSet => Count - SetStart;

    /// <summary>Whether an answer is awaited.</summary>
    public bool IsInFlight => Count > 0 && Attempts[^1].Outcome == AttemptOutcome.InFlight;

    /// <summary>Whether the last attempt waits to be sent again.</summary>
    public bool IsDeferred => Count > 0 && Attempts[^1].Outcome == AttemptOutcome.Deferred;

    /// <summary>Whether any attempt may have had an effect that is not known of.</summary>
    public bool HasUnknown =>
        Attempts.Any(attempt => attempt.Outcome is AttemptOutcome.Unknown or AttemptOutcome.Deferred);

    /// <summary>Whether the attempt was sent.</summary>
    public bool WasSent(int attempt) => attempt >= 1 && attempt <= Count;

    /// <summary>Whether it is the very attempt whose answer is awaited.</summary>
    public bool Awaits(int attempt) => IsInFlight && attempt == Count;

    /// <summary>Whether the effect under the attempt's idempotency key is known of.</summary>
    public bool IsKnown(int attempt)
    {
        var round = Attempts[attempt - 1].Round;
        return Attempts.Any(other => other.Round == round && other.Outcome == AttemptOutcome.Succeeded);
    }

    /// <summary>The next attempt was sent, or the one that was put off was sent again.</summary>
    public StepProgress Sent() => IsDeferred
        ? With(Count, AttemptOutcome.InFlight)
        : this with { Attempts = Attempts.Add(new StepAttempt(Round, AttemptOutcome.InFlight)), Waits = 0 };

    /// <summary>The attempt in flight was put off.</summary>
    public StepProgress Deferred() => With(Count, AttemptOutcome.Deferred) with { Waits = Waits + 1 };

    /// <summary>The attempt in flight failed: the next one must not be taken for a repetition of it.</summary>
    public StepProgress Failed() => With(Count, AttemptOutcome.Failed) with { Round = Round + 1 };

    /// <summary>An attempt succeeded; one that is still in flight beside it is awaited no longer.</summary>
    public StepProgress Succeeded(int attempt) => Abandoned().With(attempt, AttemptOutcome.Succeeded);

    /// <summary>The attempt in flight, or put off, if there is one, is awaited no longer.</summary>
    public StepProgress Abandoned() => IsInFlight || IsDeferred ? With(Count, AttemptOutcome.Unknown) : this;

    /// <summary>The attempts are counted anew; what is unknown stays so, and with it the key.</summary>
    public StepProgress NewSet() => this with { SetStart = Count };

    /// <summary>The direction is taken, maybe again: earlier answers and keys mean nothing now.</summary>
    public StepProgress NewRun() => this with
    {
        SetStart = Count,
        RunStart = Count,
        Round = Count == 0 ? 1 : Attempts[^1].Round + 1,
    };

    private StepProgress With(int attempt, AttemptOutcome outcome) =>
        this with { Attempts = Attempts.SetItem(attempt - 1, Attempts[attempt - 1] with { Outcome = outcome }) };
}
