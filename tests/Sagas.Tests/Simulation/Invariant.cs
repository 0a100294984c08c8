using System.Diagnostics.CodeAnalysis;

namespace Sagas.Tests.Simulation;

/// <summary>What must always be so. The names are those of the report.</summary>
internal static class Invariant
{
    public const string NothingThrows = "no delivery fails for a reason that will not go away";
    public const string Ends = "every saga ends, or is suspended with a reason";
    public const string AlwaysDue = "a saga that is neither terminal nor suspended is always due, and in time";
    public const string OneInFlight = "commands in flight are one step's or one group's, and the row says which";
    public const string StepsInOrder = "steps run in order, each when those before it are done, groups at once";
    public const string Results = "a command has the results of the steps before it, and of no step beside it, a compensation its own step's";
    public const string Sizes = "what is sent fits into a message, and what does not is known not to have been sent";
    public const string CompensationFits = "a compensation fits into a message for as long as messages may be as large";
    public const string Undoable = "no step is begun that could not be undone";
    public const string Undecided =
        "what a worker cannot decide about is left to others, after a pause that grows, and no message for it is lost";
    public const string Deadline = "a saga that has neither ended nor passed its pivot by its deadline turns back";
    public const string Together =
        "a saga turns back when the steps of the group have answered, and tries none of them again";
    public const string RepliesCount = "what does not count changes nothing, what counts is heeded";
    public const string Attempts = "as many attempts as the policy allows, neither more nor fewer";
    public const string Pauses = "the pause before an attempt is that of the policy";
    public const string Waits = "a step that is put off is no attempt: it waits, in bounds, and is sent again as it was";
    public const string Keys = "the same key while the outcome is unknown, a new one after a definite answer";
    public const string ReverseOrder = "compensations in the exact reverse of the order of starting";
    public const string AllUndone = "every step that may have had an effect is compensated";
    public const string Pivot = "nothing is undone past the pivot";
    public const string States = "only the declared changes of state";
    public const string Operators = "an operator's command does what it says, or is refused";
    public const string Definition = "a saga runs on the definition that it started with";
    public const string History = "history and state agree, without gaps";
    public const string Events = "events are numbered without gaps and tell the state";
    public const string EffectUndone = "every effect belongs to a completed saga or was undone";
    public const string EffectThere = "a completed saga has all its effects";
    public const string EffectOnce = "with the barrier each effect at most once";
    public const string NoEffectAfter = "with the barrier no effect after its compensation";

    public const string AnsweredOnce = "with the barrier a command that was answered is not carried out any more";
    public const string TriedAnew = "with the barrier a command is carried out exactly when the rules say so";

    public static void Require([DoesNotReturnIf(false)] bool condition, string invariant, string message)
    {
        if (!condition)
        {
            throw new InvariantBrokenException(invariant, message);
        }
    }

    /// <summary>As the other one; the message is only made when it is needed.</summary>
    public static void Require([DoesNotReturnIf(false)] bool condition, string invariant, Func<string> message)
    {
        if (!condition)
        {
            throw new InvariantBrokenException(invariant, message());
        }
    }
}
