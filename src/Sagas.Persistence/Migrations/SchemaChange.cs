namespace Sagas.Persistence.Migrations;

/// <summary>Which workers may run on the tables after a migration.</summary>
public sealed class SchemaChange
{
    internal const string Table = "schema_change";

    /// <summary>The migration.</summary>
    public required string Migration { get; set; }

    /// <summary>The last migration that a worker must know to run on the tables after this one.</summary>
    public required string OldestWorker { get; set; }
}
