using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery;

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

    /// <summary>
    /// Whether the answer is written to the database already: then it must not be committed without what the delivery
    /// makes of it.
    /// </summary>
    public virtual bool HasWritten => false;

    /// <summary>The statements for this query and others of its kind.</summary>
    public abstract IEnumerable<SqlStatement> ToStatements(SqlDialect dialect, IReadOnlyList<DeliveryQuery> queries);
}
