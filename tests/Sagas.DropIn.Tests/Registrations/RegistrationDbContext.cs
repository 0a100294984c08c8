using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests.Registrations;

/// <summary>What a member asked for; one a course.</summary>
public sealed class Registration
{
    public Guid Id { get; set; }

    public string Member { get; set; } = "";

    public string Course { get; set; } = "";
}

/// <summary>A member's place in a course.</summary>
public sealed class Enrolment
{
    public int Id { get; set; }

    public Guid RegistrationId { get; set; }
}

public sealed class RegistrationState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public string Member { get; set; } = "";

    public string Course { get; set; } = "";
}

public sealed class RegistrationStateMap : SagaClassMap<RegistrationState>
{
    protected override void Configure(EntityTypeBuilder<RegistrationState> entity, ModelBuilder model)
    {
        entity.Property(state => state.CurrentState).HasMaxLength(64);
        entity.Property(state => state.Member).HasMaxLength(64);
        entity.Property(state => state.Course).HasMaxLength(64);
    }
}

public sealed class RegistrationDbContext(DbContextOptions<RegistrationDbContext> options) : SagaDbContext(options)
{
    protected override IEnumerable<ISagaClassMap> Configurations
    {
        get { yield return new RegistrationStateMap(); }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);

        modelBuilder.Entity<Registration>().HasIndex(row => new { row.Member, row.Course }).IsUnique();
        modelBuilder.Entity<Enrolment>();

        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
        modelBuilder.AddOutboxStateEntity();
    }
}
