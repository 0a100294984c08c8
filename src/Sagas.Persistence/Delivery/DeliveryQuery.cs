namespace Sagas.Persistence;

/// <summary>
/// What a delivery asks of the database before it is done, in a form in which several deliveries can ask at once. What
/// the database says is noted in the query.
/// </summary>
internal abstract class DeliveryQuery
{
    /// <summary>Queries of the same kind become one statement.</summary>
    public abstract object Kind { get; }

    /// <summary>What is locked. No two deliveries in one transaction may have the same.</summary>
    public abstract object Subject { get; }

    /// <summary>The statements for this query and others of its kind.</summary>
    public abstract IEnumerable<SqlStatement> ToStatements(SqlDialect dialect, IReadOnlyList<DeliveryQuery> queries);
}
