using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>What is known of a step by watching alone: what was sent, answered, and done by an operator.</summary>
internal sealed class StepFacts(StepDefinition definition)
{
    public StepDefinition Definition { get; } = definition;

    public string Name => Definition.Name;

    /// <summary>Its place in the order of starting, from 1; 0 if it was not started.</summary>
    public int Order { get; set; }

    public DirectionFacts Execution { get; } = new();

    public DirectionFacts Compensation { get; } = new();

    /// <summary>Whether it is being executed: an answer is awaited, or the next attempt is.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Whether the attempts to execute it are over without a known success.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Whether an answer is awaited, of the direction that is taken.</summary>
    public bool IsAwaiting { get; set; }

    /// <summary>When it must be looked at, while it is in hand.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>For how many seconds its participant wants to be left alone.</summary>
    public int? Wish { get; set; }

    /// <summary>Whether the commands that follow have its result.</summary>
    public bool HasResult { get; set; }

    /// <summary>How many bytes its result has.</summary>
    public int ResultBytes { get; set; }

    /// <summary>How large a message could be when it was last seen to that its compensation fits.</summary>
    public int CompensationFitsInto { get; set; }

    /// <summary>Whether it was not started, and may be.</summary>
    public bool IsPending => Order == 0 && !IsStuck && !IsSkipped;

    /// <summary>Its place among those that were started, those that were not behind them.</summary>
    public int Place => Order == 0 ? int.MaxValue : Order;

    /// <summary>Whether it is known to have succeeded on the way forward.</summary>
    public bool HasSucceeded { get; set; }

    /// <summary>Whether an operator went on without it.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>Whether it is still to be compensated.</summary>
    public bool IsOwed { get; set; }

    /// <summary>Whether the compensation in hand is known to have succeeded.</summary>
    public bool IsRunDone { get; set; }

    /// <summary>Whether an operator has taken it upon himself to undo what was known of by then.</summary>
    public bool IsOperators { get; set; }

    public bool MayHaveEffect =>
        Execution.HasUnknown || Execution.Attempts.Exists(attempt => attempt.Outcome == AttemptOutcome.Succeeded);

    /// <summary>Whether it starts together with the other one.</summary>
    public bool IsBeside(StepFacts other) =>
        Definition.Group is { } group && group == other.Definition.Group;

    /// <summary>The answer that was awaited, or the waiting for a step that was put off, is over.</summary>
    public void Settle(StepDirection direction, AttemptOutcome outcome)
    {
        var attempts = Of(direction);
        attempts.Mark(attempts.Count, outcome);
        IsAwaiting = false;
    }

    /// <summary>Nothing is awaited any more.</summary>
    public void GiveUpWaiting(StepDirection direction)
    {
        if (IsAwaiting || Of(direction).IsPutOff)
        {
            Settle(direction, AttemptOutcome.Unknown);
        }
    }

    /// <summary>The attempts to execute it are over.</summary>
    public void GetStuck()
    {
        GiveUpWaiting(StepDirection.Execute);
        (IsRunning, IsStuck) = (false, true);
    }

    public DirectionFacts Of(StepDirection direction) =>
        direction == StepDirection.Execute ? Execution : Compensation;

    public DirectionPlan Plan(StepDirection direction) => DirectionPlan.Of(Definition, direction);
}

/// <summary>The attempts of a direction.</summary>
internal sealed class DirectionFacts
{
    public List<(int Round, AttemptOutcome Outcome)> Attempts { get; } = [];

    /// <summary>How many attempts were sent before those that the policy counts now.</summary>
    public int SetStart { get; set; }

    /// <summary>How many attempts were sent before the compensation in hand.</summary>
    public int RunStart { get; set; }

    public int Count => Attempts.Count;

    public int CountInSet => Count - SetStart;

    /// <summary>Whether the last attempt is to be sent again.</summary>
    public bool IsPutOff => Attempts is [.., { Outcome: AttemptOutcome.Deferred }];

    public bool HasUnknown =>
        Attempts.Exists(attempt => attempt.Outcome is AttemptOutcome.Unknown or AttemptOutcome.Deferred);

    /// <summary>The round of the key of the next attempt.</summary>
    public int NextRound() => Attempts switch
    {
        [] => 1,
        [.., { Outcome: AttemptOutcome.Deferred } last] => last.Round,
        [.., { Outcome: AttemptOutcome.Unknown } last] when Count > RunStart => last.Round,
        [.., var last] => last.Round + 1,
    };

    public bool IsKnown(int attempt)
    {
        var round = Attempts[attempt - 1].Round;
        return Attempts.Exists(other => other.Round == round && other.Outcome == AttemptOutcome.Succeeded);
    }

    /// <summary>The next attempt leaves, or the one that was put off does so again.</summary>
    public void Send(int round)
    {
        if (IsPutOff)
        {
            Mark(Count, AttemptOutcome.InFlight);
        }
        else
        {
            Attempts.Add((round, AttemptOutcome.InFlight));
        }
    }

    public void Mark(int attempt, AttemptOutcome outcome) =>
        Attempts[attempt - 1] = Attempts[attempt - 1] with { Outcome = outcome };
}
