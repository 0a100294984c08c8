using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;
using Sagas.Persistence.Model;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Adds the tables of the inbox, the outbox and the participants' barrier to a model.</summary>
public static class SagaModelBuilderExtensions
{
    /// <summary>Adds <see cref="InboxState"/> and <see cref="OutboxMessage"/>.</summary>
    /// <param name="modelBuilder">The model being built.</param>
    /// <param name="callback">Changes the mapping of each, for instance the table's schema.</param>
    public static void AddTransactionalOutboxEntities(
        this ModelBuilder modelBuilder,
        Action<EntityTypeBuilder>? callback = null)
    {
        modelBuilder.AddInboxStateEntity(callback);
        modelBuilder.AddOutboxMessageEntity(callback);
        modelBuilder.AddOutboxStateEntity(callback);
    }

    /// <summary>
    /// Adds no table: the state that MassTransit's own store keeps in it, how far the messages of a scope have been sent,
    /// every <see cref="OutboxMessage"/> says for itself here.
    /// </summary>
    /// <param name="modelBuilder">The model being built.</param>
    /// <param name="callback">Is called, and changes nothing, as there is no table.</param>
    public static void AddOutboxStateEntity(
        this ModelBuilder modelBuilder,
        Action<EntityTypeBuilder<OutboxState>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        // A DbSet of it would bring it into the model.
        modelBuilder.Ignore<OutboxState>();
        callback?.Invoke(new ModelBuilder().Entity<OutboxState>());
    }

    /// <summary>Gives <see cref="OutboxState"/> a key and no table; see <see cref="AddOutboxStateEntity"/>.</summary>
    /// <param name="entity">The entity.</param>
    public static void ConfigureOutboxStateEntity(this EntityTypeBuilder<OutboxState> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.HasKey(row => row.OutboxId);
        entity.ToTable((string?)null);
    }

    /// <summary>Adds <see cref="InboxState"/>, table <c>inbox_state</c>.</summary>
    /// <param name="modelBuilder">The model being built.</param>
    /// <param name="callback">Changes the mapping, for instance the table's schema.</param>
    public static void AddInboxStateEntity(
        this ModelBuilder modelBuilder,
        Action<EntityTypeBuilder<InboxState>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        var entity = modelBuilder.Entity<InboxState>();
        entity.ConfigureInboxStateEntity();
        callback?.Invoke(entity);
    }

    /// <summary>Maps <see cref="InboxState"/> to <c>inbox_state</c>.</summary>
    /// <param name="entity">The entity.</param>
    public static void ConfigureInboxStateEntity(this EntityTypeBuilder<InboxState> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.WithoutConventions();
        entity.ToTable("inbox_state");
        entity.HasKey(row => new { row.MessageId, row.ConsumerId });
        entity.Property(row => row.MessageId).HasColumnName("message_id");
        entity.Property(row => row.ConsumerId).HasColumnName("consumer_id");
        entity.Property(row => row.Consumed).HasColumnName("consumed").IsUtc();
        entity.HasIndex(row => row.Consumed).HasDatabaseName("ix_inbox_state_consumed");
    }

    /// <summary>Adds <see cref="OutboxMessage"/>, table <c>outbox_message</c>.</summary>
    /// <param name="modelBuilder">The model being built.</param>
    /// <param name="callback">Changes the mapping, for instance the table's schema.</param>
    public static void AddOutboxMessageEntity(
        this ModelBuilder modelBuilder,
        Action<EntityTypeBuilder<OutboxMessage>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        var entity = modelBuilder.Entity<OutboxMessage>();
        entity.ConfigureOutboxMessageEntity();
        callback?.Invoke(entity);
    }

    /// <summary>Maps <see cref="OutboxMessage"/> to <c>outbox_message</c>.</summary>
    /// <param name="entity">The entity.</param>
    public static void ConfigureOutboxMessageEntity(this EntityTypeBuilder<OutboxMessage> entity)
    {
        ArgumentNullException.ThrowIfNull(entity);

        entity.WithoutConventions();
        entity.ToTable("outbox_message");
        entity.HasKey(row => row.SequenceNumber);
        entity.Property(row => row.SequenceNumber).HasColumnName("sequence_number").ValueGeneratedOnAdd();
        entity.Property(row => row.MessageId).HasColumnName("message_id");
        entity.Property(row => row.DestinationAddress).HasColumnName("destination_address");
        entity.Property(row => row.ContentType).HasColumnName("content_type");
        entity.Property(row => row.MessageType).HasColumnName("message_type");
        entity.Property(row => row.Body).HasColumnName("body");
        entity.Property(row => row.Headers).HasColumnName("headers");
        entity.Property(row => row.Properties).HasColumnName("properties");
        entity.Property(row => row.ConversationId).HasColumnName("conversation_id");
        entity.Property(row => row.CorrelationId).HasColumnName("correlation_id");
        entity.Property(row => row.InitiatorId).HasColumnName("initiator_id");
        entity.Property(row => row.RequestId).HasColumnName("request_id");
        entity.Property(row => row.SourceAddress).HasColumnName("source_address");
        entity.Property(row => row.ResponseAddress).HasColumnName("response_address");
        entity.Property(row => row.FaultAddress).HasColumnName("fault_address");
        entity.Property(row => row.ExpirationTime).HasColumnName("expiration_time").IsUtc();
        entity.Property(row => row.SentTime).HasColumnName("sent_time").IsUtc();
        entity.Property(row => row.EnqueuedAt).HasColumnName("enqueued_at").IsUtc();
        entity.Property(row => row.OrderingKey).HasColumnName("ordering_key");
        entity.Property(row => row.Attempts).HasColumnName("attempts");
        entity.Property(row => row.NextTryAt).HasColumnName("next_try_at").IsUtc();
        entity.Property(row => row.ParkedAt).HasColumnName("parked_at").IsUtc();
        entity.Property(row => row.LastError).HasColumnName("last_error");
        entity.HasIndex(row => row.NextTryAt)
            .HasDatabaseName("ix_outbox_message_next_try_at")
            .HasFilter("parked_at IS NULL");
        entity.HasIndex(row => new { row.OrderingKey, row.SequenceNumber })
            .HasDatabaseName("ix_outbox_message_ordering_key")
            .HasFilter("ordering_key IS NOT NULL");
    }

    /// <summary>Adds <see cref="StepBarrier"/>, table <c>step_barrier</c>.</summary>
    /// <param name="modelBuilder">The model being built.</param>
    /// <param name="callback">Changes the mapping, for instance the table's schema.</param>
    public static void AddStepBarrierEntity(
        this ModelBuilder modelBuilder,
        Action<EntityTypeBuilder<StepBarrier>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        var entity = modelBuilder.Entity<StepBarrier>().WithoutConventions();
        entity.ToTable("step_barrier");
        entity.HasKey(row => new { row.SagaId, row.Step, row.Direction });
        entity.Property(row => row.SagaId).HasColumnName("saga_id");
        entity.Property(row => row.Step).HasColumnName("step");
        entity.Property(row => row.Direction).HasColumnName("direction");
        entity.Property(row => row.Round).HasColumnName("round");
        entity.Property(row => row.Attempt).HasColumnName("attempt");
        entity.Property(row => row.ReplyType).HasColumnName("reply_type");
        entity.Property(row => row.Reply).HasColumnName("reply").HasColumnType("jsonb");
        entity.Property(row => row.CreatedAt).HasColumnName("created_at").IsUtc();
        entity.HasIndex(row => row.CreatedAt).HasDatabaseName("ix_step_barrier_created_at");
        callback?.Invoke(entity);
    }
}
