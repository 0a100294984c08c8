namespace Sagas.Persistence.Outbox;

/// <summary>Goes with a message that is being sent, and says in what it must keep its place.</summary>
/// <param name="Key">Those with the same key arrive in the order in which they were sent.</param>
internal sealed record MessageOrder(Guid Key);
