namespace Sagas.Persistence;

/// <summary>Undecided sagas whose time to be looked at again has come.</summary>
/// <param name="Due">Those without messages: the workers are told that they are due.</param>
/// <param name="Released">How many messages of the others are back in the outbox.</param>
internal sealed record UndecidedLooks(IReadOnlyList<Guid> Due, int Released)
{
    public static readonly UndecidedLooks None = new([], 0);
}
