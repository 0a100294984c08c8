using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

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
    long ReadVersion = 0)
{
    /// <summary>What of the row an update writes; everything by default.</summary>
    public IReadOnlyList<ColumnMap> Columns { get; init; } = Map.Updated;

    /// <summary>Whether the row has to be there, or to be as it was read.</summary>
    public bool NeedsVerification => CheckVersion || (SagaId is null && Operation != RowOperation.Insert);

    /// <summary>Whether another write of the same row would change nothing of this one.</summary>
    public bool WritesTheSameAs(RowWrite other)
    {
        return other.Operation == Operation && other.Columns.SequenceEqual(Columns);
    }
}
