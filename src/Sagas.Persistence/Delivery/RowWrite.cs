namespace Sagas.Persistence;

internal enum RowOperation
{
    Insert,
    Update,
    Delete,
}

/// <summary>A row to be written at the end of a delivery.</summary>
/// <param name="Operation">What is done with the row.</param>
/// <param name="Map">The row's table.</param>
/// <param name="Row">The row: an entity.</param>
/// <param name="SagaId">The saga that the row is, when it is a saga: a clash then means that another delivery was
/// faster.</param>
/// <param name="CheckVersion">Whether the row must still have the version that was read.</param>
/// <param name="ReadVersion">The version that was read.</param>
internal sealed record RowWrite(
    RowOperation Operation,
    EntityMap Map,
    object Row,
    Guid? SagaId,
    bool CheckVersion,
    long ReadVersion = 0);
