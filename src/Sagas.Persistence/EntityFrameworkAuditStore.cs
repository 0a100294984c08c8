using MassTransit;
using MassTransit.Audit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>
/// Writes each message into an audit table, at once and by itself: not in the transaction of the delivery that sends or
/// consumes it.
/// </summary>
/// <param name="contextOptions">The options of the contexts.</param>
/// <param name="auditTableName">The table.</param>
/// <param name="auditTableSchema">Its schema, or <see langword="null"/> for the database's default.</param>
public class EntityFrameworkAuditStore(
    DbContextOptions contextOptions,
    string auditTableName,
    string? auditTableSchema = null) : IMessageAuditStore
{
    /// <summary>A new context of the table.</summary>
    public DbContext AuditContext => new AuditDbContext(contextOptions, auditTableName, auditTableSchema);

    async Task IMessageAuditStore.StoreMessage<T>(T message, MessageAuditMetadata metadata)
    {
        await using var context = AuditContext;
        context.Add(new AuditRecord
        {
            MessageId = metadata.MessageId,
            ConversationId = metadata.ConversationId,
            CorrelationId = metadata.CorrelationId,
            InitiatorId = metadata.InitiatorId,
            RequestId = metadata.RequestId,
            SentTime = metadata.SentTime,
            SourceAddress = metadata.SourceAddress,
            DestinationAddress = metadata.DestinationAddress,
            ResponseAddress = metadata.ResponseAddress,
            FaultAddress = metadata.FaultAddress,
            InputAddress = metadata.InputAddress,
            ContextType = metadata.ContextType,
            MessageType = TypeCache<T>.ShortName,
            Custom = metadata.Custom,
            Headers = metadata.Headers,
            Message = message,
        });
        await context.SaveChangesAsync();
    }
}
