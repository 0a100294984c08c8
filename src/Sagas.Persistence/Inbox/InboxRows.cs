using System.Data.Common;
using Sagas.Persistence.Delivery;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Inbox;

/// <summary>Remembers which consumer has consumed which message.</summary>
internal static class InboxRows
{
    /// <summary>
    /// Notes a message as consumed, within the delivery that consumes it. A delivery of the same message that is
    /// running elsewhere is waited for.
    /// </summary>
    /// <returns>Whether the message is new to the consumer.</returns>
    public static async Task<bool> TryAddAsync(
        DeliveryTransaction transaction,
        EntityMaps maps,
        Guid messageId,
        Guid consumerId,
        DateTime now,
        CancellationToken cancellationToken)
    {
        var map = maps.Get<InboxState>(transaction.DbContext);
        var row = new InboxState { MessageId = messageId, ConsumerId = consumerId, Consumed = now };
        var statement = transaction.Dialect.InsertRow(map, row, null);
        await using var command = transaction.Dialect.CreateCommand(
            transaction.Connection, transaction.Transaction, $"{statement.Text} ON CONFLICT DO NOTHING");
        command.Parameters.AddRange(statement.Parameters.ToArray());
        try
        {
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        }
        catch (DbException exception)
        {
            throw RefusedWrite.Create(exception);
        }
    }
}
