namespace Sagas.Persistence.Store;

/// <summary>Undecided sagas whose time to be looked at again has come.</summary>
/// <param name="Due">Those without messages: the workers are told that they are due.</param>
/// <param name="Released">How many messages of the others are back in the outbox.</param>
internal sealed record UndecidedLooks(IReadOnlyList<Guid> Due, int Released)
{
    public static readonly UndecidedLooks None = new([], 0);
}

/// <summary>What has become of the messages that waited for sagas.</summary>
/// <param name="Sent">How many of each saga are in the outbox.</param>
/// <param name="Kept">What is wrong with the messages of each saga that stay.</param>
internal sealed record ReleasedMessages(IReadOnlyDictionary<Guid, int> Sent, IReadOnlyDictionary<Guid, string> Kept)
{
    public static readonly ReleasedMessages None = new(new Dictionary<Guid, int>(), new Dictionary<Guid, string>());
}
