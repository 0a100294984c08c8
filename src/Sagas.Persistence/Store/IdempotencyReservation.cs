namespace Sagas.Persistence.Store;

/// <summary>What reserving an idempotency key has found.</summary>
/// <param name="IsReserved">Whether the key is now the caller's: its request is the first under the key.</param>
/// <param name="RequestHash">The hash of the first request under the key; the caller's own when it is reserved.</param>
/// <param name="SagaId">The saga of the first request under the key; the caller's own when it is reserved.</param>
public sealed record IdempotencyReservation(bool IsReserved, string RequestHash, Guid SagaId);
