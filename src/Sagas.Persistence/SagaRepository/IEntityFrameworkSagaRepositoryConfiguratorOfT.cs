#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Configures where the sagas of one type are stored.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
public interface IEntityFrameworkSagaRepositoryConfigurator<TSaga> : IEntityFrameworkSagaRepositoryConfigurator
    where TSaga : class, ISaga
{
    /// <summary>
    /// Changes the query that loads the saga, for instance to include what belongs to it. A saga with a query of its
    /// own is always tracked by EF, even if it is one flat row.
    /// </summary>
    /// <param name="queryCustomization">Changes the query.</param>
    void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> queryCustomization);

    /// <summary>Changes nothing: a delivery is one transaction always.</summary>
    /// <param name="isEnabled">Is ignored.</param>
    void ConfigureTransaction(bool isEnabled);
}
