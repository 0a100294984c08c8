using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Delivery;

namespace Sagas.Persistence.SagaRepository.Locks;

/// <summary>Executes a lock statement of the user's own before a saga is looked up, and locked, as always.</summary>
internal sealed class StatedLockSagaTable<TSaga>(
    ISagaTable<TSaga> table,
    DeliveryTransaction transaction,
    ILockStatementProvider statements) : ISagaTable<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        await LockAsync(id, cancellationToken);
        return await table.LoadAsync(id, cancellationToken);
    }

    public Task<bool> TryInsertAsync(TSaga saga, CancellationToken cancellationToken) =>
        table.TryInsertAsync(saga, cancellationToken);

    public void Insert(TSaga saga) => table.Insert(saga);

    public void Update(TSaga saga) => table.Update(saga);

    public void Delete(TSaga saga) => table.Delete(saga);

    public void Forget(TSaga saga) => table.Forget(saga);

    private async Task LockAsync(Guid id, CancellationToken cancellationToken)
    {
        var context = transaction.DbContext;
        await using var command = transaction.Connection.CreateCommand();
        command.Transaction = transaction.Transaction;
        // In MassTransit's own store EF executes the statement, which knows the parameter by both names.
        command.CommandText = statements.GetRowLockStatement<TSaga>(context)
            .Replace("{0}", "@p0", StringComparison.Ordinal);
        command.CommandTimeout = context.Database.GetCommandTimeout() ?? command.CommandTimeout;
        var key = context.Model.FindEntityType(typeof(TSaga))!.FindProperty(nameof(ISaga.CorrelationId))!;
        command.Parameters.Add(key.GetRelationalTypeMapping().CreateParameter(command, "p0", id));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
