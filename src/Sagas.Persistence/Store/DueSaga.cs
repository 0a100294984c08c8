namespace Sagas.Persistence.Store;

/// <summary>A saga that is due.</summary>
/// <param name="SagaId">The saga.</param>
/// <param name="DueAt">Since when (UTC): it is this very deadline that has passed, and a later one must not be mistaken
/// for it.</param>
public sealed record DueSaga(Guid SagaId, DateTime DueAt);
