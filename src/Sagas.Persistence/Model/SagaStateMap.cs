using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence.Store;

namespace Sagas.Persistence.Model;

/// <summary>Maps <see cref="SagaState"/> to <c>saga_state</c>.</summary>
internal sealed class SagaStateMap : SagaClassMap<SagaState>
{
    protected override void Configure(EntityTypeBuilder<SagaState> entity, ModelBuilder model)
    {
        entity.ToTable("saga_state");
        entity.Property(saga => saga.CorrelationId).HasColumnName("id");
        entity.Property(saga => saga.Name).HasColumnName("name").IsWrittenOnce();
        entity.Property(saga => saga.Version).HasColumnName("version").IsWrittenOnce();
        entity.Property(saga => saga.State).HasColumnName("state");
        entity.Property(saga => saga.CurrentStep).HasColumnName("current_step");
        entity.Property(saga => saga.Direction).HasColumnName("direction");
        entity.Property(saga => saga.Attempt).HasColumnName("attempt");
        entity.Property(saga => saga.DueAt).HasColumnName("due_at").IsUtc();
        entity.Property(saga => saga.DueClaimedUntil).HasColumnName("due_claimed_until").IsUtc();
        entity.Property(saga => saga.Input).HasColumnName("input").HasColumnType("jsonb").IsWrittenOnce();
        entity.Property(saga => saga.Results).HasColumnName("results").HasColumnType("jsonb");
        entity.Property(saga => saga.Steps).HasColumnName("steps").HasColumnType("jsonb");
        entity.Property(saga => saga.Failure).HasColumnName("failure").HasColumnType("jsonb");
        entity.Property(saga => saga.HistorySequence).HasColumnName("history_sequence");
        entity.Property(saga => saga.EventSequence).HasColumnName("event_sequence");
        entity.Property(saga => saga.StartedAt).HasColumnName("started_at").IsUtc().IsWrittenOnce();
        entity.Property(saga => saga.UpdatedAt).HasColumnName("updated_at").IsUtc();
        entity.Property(saga => saga.EndedAt).HasColumnName("ended_at").IsUtc();
        entity.Property(saga => saga.TraceParent).HasColumnName("trace_parent").IsWrittenOnce();
        entity.Property(saga => saga.TraceState).HasColumnName("trace_state").IsWrittenOnce();
        entity.Property(saga => saga.StartedBy).HasColumnName("started_by").IsWrittenOnce();
        entity.Property(saga => saga.RowVersion).HasColumnName("row_version").IsConcurrencyToken();
    }
}
