namespace Sagas.Orchestration.StateMachine;

/// <summary>
/// What was decided on, for <see cref="StateMachineExtensions.BecomesOneOf"/>: a payload of the context.
/// </summary>
/// <param name="Name">The state's name.</param>
internal sealed record NextState(string Name)
{
    /// <summary>MassTransit's own last state: a row that goes, or never comes.</summary>
    public static readonly NextState Final = new(nameof(Final));
}
