using Sagas.Orchestration.HttpSteps;

namespace Sagas.Orchestration.Resilience;

/// <summary>What became of a call that went through an <see cref="IDestinationGuard"/>.</summary>
internal abstract record GuardedCall
{
    private GuardedCall()
    {
    }

    /// <summary>The call was made.</summary>
    internal sealed record Answered(HttpStepAnswer Answer) : GuardedCall;

    /// <summary>The call was not made.</summary>
    /// <param name="Wait">When to ask again.</param>
    /// <param name="Code">Why, for programs.</param>
    /// <param name="Message">Why, for people.</param>
    internal sealed record Deferred(TimeSpan Wait, string Code, string Message) : GuardedCall;

    /// <summary>
    /// The call was not made, or not to its end, for a reason of this worker's own: what it may call, has configured or
    /// can read. Another worker may make it.
    /// </summary>
    /// <param name="Code">Why, for programs.</param>
    /// <param name="Message">Why, for people.</param>
    /// <param name="MayHaveActed">Whether it may have had an effect so far.</param>
    internal sealed record ForAnother(string Code, string Message, bool MayHaveActed = false) : GuardedCall;
}
