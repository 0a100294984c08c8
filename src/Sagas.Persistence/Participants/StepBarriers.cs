using System.Data.Common;
using Npgsql;
using Sagas.Contracts;

namespace Sagas.Persistence;

/// <summary>Reads and writes <c>step_barrier</c> within a delivery's transaction.</summary>
internal sealed class StepBarriers(EntityMaps maps)
{
    private const string Savepoint = "step_command";

    /// <summary>
    /// Waits until no other delivery has the step in hand, sets the savepoint of <see cref="RollBackAsync"/>, and reads
    /// what is recorded of the step. One round trip.
    /// </summary>
    public async Task<BarrierState> EnterAsync(
        DeliveryTransaction transaction,
        StepDelivery delivery,
        CancellationToken cancellationToken)
    {
        var select = SelectRows(transaction, delivery);
        if (transaction.Connection is not NpgsqlConnection connection)
        {
            // SQLite has one writer at a time, and this transaction is it.
            await ExecuteAsync(transaction, $"SAVEPOINT {Savepoint}", cancellationToken);
            await using var query = CreateCommand(transaction, select);
            await using var rows = await query.ExecuteReaderAsync(cancellationToken);
            return await ReadRowsAsync(rows, transaction, cancellationToken);
        }

        await using var batch = new NpgsqlBatch(connection, (NpgsqlTransaction)transaction.Transaction);
        // A row that is not there yet cannot be locked. The lock comes before the savepoint, so that rolling back to
        // that keeps it; the next statement has a snapshot of its own, from after the wait.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        {
            Parameters = { new NpgsqlParameter { Value = $"{delivery.Command.SagaId}/{delivery.Command.Step}" } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SAVEPOINT {Savepoint}"));
        var command = new NpgsqlBatchCommand(select.Text);
        select.Parameters.ForEach(parameter => command.Parameters.Add((NpgsqlParameter)parameter));
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await ReadRowsAsync(reader, transaction, cancellationToken);
    }

    /// <summary>Undoes what was done in the database since <see cref="EnterAsync"/>; the transaction goes on.</summary>
    public static Task RollBackAsync(DeliveryTransaction transaction, CancellationToken cancellationToken)
    {
        return ExecuteAsync(transaction, $"ROLLBACK TO SAVEPOINT {Savepoint}", cancellationToken);
    }

    /// <summary>Records an answer in place of the one before, if there is one.</summary>
    public async Task RecordAsync(
        DeliveryTransaction transaction,
        StepBarrier row,
        StepBarrier? replaced,
        CancellationToken cancellationToken)
    {
        if (replaced is not null)
        {
            var map = maps.Get<StepBarrier>(transaction.DbContext);
            var delete = new SqlStatement(map.DeleteRow);
            transaction.Dialect.AddParameters(delete, map.Key, replaced);
            await transaction.Dialect.ExecuteAsync(transaction.Transaction, [delete], false, cancellationToken);
        }

        transaction.Insert(row);
    }

    private static async Task ExecuteAsync(
        DeliveryTransaction transaction,
        string statement,
        CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(transaction, new SqlStatement(statement));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand CreateCommand(DeliveryTransaction transaction, SqlStatement statement)
    {
        var command = transaction.Connection.CreateCommand();
        command.Transaction = transaction.Transaction;
        command.CommandText = statement.Text;
        command.Parameters.AddRange(statement.Parameters.ToArray());
        return command;
    }

    private SqlStatement SelectRows(DeliveryTransaction transaction, StepDelivery delivery)
    {
        var map = maps.Get<StepBarrier>(transaction.DbContext);
        ColumnMap[] filter = [map.Column(nameof(StepBarrier.SagaId)), map.Column(nameof(StepBarrier.Step))];
        var statement = new SqlStatement(
            $"SELECT {map.ColumnList} FROM {map.Table} WHERE {filter[0].SqlName} = $1 AND {filter[1].SqlName} = $2");
        transaction.Dialect.AddParameters(
            statement, filter, new StepBarrier { SagaId = delivery.Command.SagaId, Step = delivery.Command.Step });
        return statement;
    }

    private async Task<BarrierState> ReadRowsAsync(
        DbDataReader reader,
        DeliveryTransaction transaction,
        CancellationToken cancellationToken)
    {
        var map = maps.Get<StepBarrier>(transaction.DbContext);
        var state = new BarrierState(null, null);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = (StepBarrier)map.Read(reader);
            state = row.Direction == nameof(StepDirection.Execute)
                ? state with { Execute = row }
                : state with { Compensate = row };
        }

        return state;
    }
}
