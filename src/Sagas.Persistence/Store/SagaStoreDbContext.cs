using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Model;

namespace Sagas.Persistence.Store;

/// <summary>
/// The worker's own tables: schema <c>sagas</c> in PostgreSQL, the same names without a schema in SQLite.
/// </summary>
/// <param name="options">The context's options.</param>
public sealed class SagaStoreDbContext(DbContextOptions<SagaStoreDbContext> options) : SagaDbContext(options)
{
    internal const string Schema = "sagas";

    /// <summary>The sagas.</summary>
    public DbSet<SagaState> Sagas => Set<SagaState>();

    /// <summary>The sagas' history.</summary>
    public DbSet<SagaHistoryEntry> History => Set<SagaHistoryEntry>();

    /// <summary>The definitions, as they were first used or are offered to be.</summary>
    public DbSet<SagaDefinitionRow> Definitions => Set<SagaDefinitionRow>();

    /// <summary>The start requests that named a key.</summary>
    public DbSet<IdempotencyKeyRow> IdempotencyKeys => Set<IdempotencyKeyRow>();

    /// <summary>What operators did to messages, circuit breakers and definitions, and what was refused them.</summary>
    public DbSet<OperatorAction> OperatorActions => Set<OperatorAction>();

    /// <summary>The sagas that a worker could not decide about.</summary>
    public DbSet<UndecidedSaga> Undecided => Set<UndecidedSaga>();

    /// <summary>The messages that wait for a worker that can read their saga.</summary>
    public DbSet<UndecidedMessage> UndecidedMessages => Set<UndecidedMessage>();

    /// <summary>The browsers' sessions that were signed out before their time.</summary>
    public DbSet<EndedSession> EndedSessions => Set<EndedSession>();

    /// <summary>What all workers know, and nobody else needs to.</summary>
    public DbSet<WorkerSecret> WorkerSecrets => Set<WorkerSecret>();

    /// <summary>Which workers may run on the tables, by migration.</summary>
    public DbSet<SchemaChange> SchemaChanges => Set<SchemaChange>();

    /// <summary>The messages consumed.</summary>
    public DbSet<InboxState> Inbox => Set<InboxState>();

    /// <summary>The messages that the broker has not confirmed yet.</summary>
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    /// <summary>What participants that share this database have carried out.</summary>
    public DbSet<StepBarrier> Barrier => Set<StepBarrier>();

    /// <inheritdoc />
    protected override IEnumerable<ISagaClassMap> Configurations => [new SagaStateMap()];

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        if (Database.IsNpgsql())
        {
            modelBuilder.HasDefaultSchema(Schema);
        }

        modelBuilder.Entity<SagaHistoryEntry>(entity =>
        {
            entity.ToTable("saga_history");
            entity.HasKey(row => new { row.SagaId, row.Sequence });
            entity.Property(row => row.SagaId).HasColumnName("saga_id");
            entity.Property(row => row.Sequence).HasColumnName("sequence");
            entity.Property(row => row.Time).HasColumnName("time").IsUtc();
            entity.Property(row => row.Event).HasColumnName("event");
            entity.Property(row => row.Step).HasColumnName("step");
            entity.Property(row => row.Direction).HasColumnName("direction");
            entity.Property(row => row.Attempt).HasColumnName("attempt");
            entity.Property(row => row.Detail).HasColumnName("detail").HasColumnType("jsonb");
        });

        modelBuilder.Entity<SagaDefinitionRow>(entity =>
        {
            entity.ToTable("saga_definition");
            entity.HasKey(row => new { row.Name, row.Version });
            entity.Property(row => row.Name).HasColumnName("name");
            entity.Property(row => row.Version).HasColumnName("version");
            entity.Property(row => row.Hash).HasColumnName("hash");
            // json, not jsonb: the hash is that of this very text, spaces and order included.
            entity.Property(row => row.Content).HasColumnName("content").HasColumnType("json");
            entity.Property(row => row.CreatedAt).HasColumnName("created_at").IsUtc();
            entity.Property(row => row.IsUsed).HasColumnName("is_used");
            entity.Property(row => row.WithdrawnAt).HasColumnName("withdrawn_at").IsUtc();
        });

        modelBuilder.Entity<IdempotencyKeyRow>(entity =>
        {
            entity.ToTable("idempotency_key");
            entity.HasKey(row => row.Key);
            entity.Property(row => row.Key).HasColumnName("key");
            entity.Property(row => row.RequestHash).HasColumnName("request_hash");
            entity.Property(row => row.SagaId).HasColumnName("saga_id");
            entity.Property(row => row.CreatedAt).HasColumnName("created_at").IsUtc();
            entity.Property(row => row.ExpiresAt).HasColumnName("expires_at").IsUtc();
        });

        modelBuilder.Entity<OperatorAction>(entity =>
        {
            entity.ToTable("operator_action");
            entity.HasKey(row => row.Id);
            entity.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            entity.Property(row => row.Time).HasColumnName("time").IsUtc();
            entity.Property(row => row.Operator).HasColumnName("operator");
            entity.Property(row => row.Action).HasColumnName("action");
            entity.Property(row => row.Target).HasColumnName("target");
            entity.Property(row => row.SagaId).HasColumnName("saga_id");
            entity.Property(row => row.Reason).HasColumnName("reason");
            entity.Property(row => row.Outcome).HasColumnName("outcome");
            entity.Property(row => row.RefusalCode).HasColumnName("refusal_code");
            entity.Property(row => row.Refusal).HasColumnName("refusal");
        });

        modelBuilder.Entity<UndecidedSaga>(entity =>
        {
            entity.ToTable("undecided_saga");
            entity.HasKey(row => row.SagaId);
            entity.Property(row => row.SagaId).HasColumnName("saga_id").ValueGeneratedNever();
            entity.Property(row => row.RowVersion).HasColumnName("row_version");
            entity.Property(row => row.Attempts).HasColumnName("attempts");
            entity.Property(row => row.FirstAt).HasColumnName("first_at").IsUtc();
            entity.Property(row => row.LastAt).HasColumnName("last_at").IsUtc();
            entity.Property(row => row.NextLookAt).HasColumnName("next_look_at").IsUtc();
            entity.Property(row => row.Reason).HasColumnName("reason");
            entity.Property(row => row.Worker).HasColumnName("worker");
        });

        modelBuilder.Entity<UndecidedMessage>(entity =>
        {
            entity.ToTable("undecided_message");
            entity.HasKey(row => row.Id);
            entity.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            entity.Property(row => row.SagaId).HasColumnName("saga_id");
            entity.Property(row => row.ReceivedAt).HasColumnName("received_at").IsUtc();
            entity.Property(row => row.Message).HasColumnName("message");
        });

        modelBuilder.Entity<EndedSession>(entity =>
        {
            entity.ToTable("ended_session");
            entity.HasKey(row => row.Id);
            entity.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            entity.Property(row => row.ExpiresAt).HasColumnName("expires_at").IsUtc();
        });

        modelBuilder.Entity<WorkerSecret>(entity =>
        {
            entity.ToTable("worker_secret");
            entity.HasKey(row => row.Name);
            entity.Property(row => row.Name).HasColumnName("name");
            entity.Property(row => row.Value).HasColumnName("value");
        });

        modelBuilder.Entity<SchemaChange>(entity =>
        {
            entity.ToTable(SchemaChange.Table);
            entity.HasKey(row => row.Migration);
            entity.Property(row => row.Migration).HasColumnName("migration");
            entity.Property(row => row.OldestWorker).HasColumnName("oldest_worker");
        });

        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddStepBarrierEntity();
    }
}
