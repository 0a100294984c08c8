using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.DropIn.Tests.Registrations;

public sealed class RegistrationStateMachine : MassTransitStateMachine<RegistrationState>
{
    public RegistrationStateMachine()
    {
        InstanceState(state => state.CurrentState);
        Event(() => Submitted, e => e.CorrelateById(context => context.Message.RegistrationId));
        Event(() => EnrolledInCourse, e => e.CorrelateById(context => context.Message.RegistrationId));

        Initially(When(Submitted)
            .Then(context =>
            {
                context.Saga.Member = context.Message.Member;
                context.Saga.Course = context.Message.Course;
            })
            .Publish(context => new EnrolMember
            {
                RegistrationId = context.Saga.CorrelationId,
                Member = context.Saga.Member,
                Course = context.Saga.Course,
            })
            .TransitionTo(Registered));
        During(Registered, When(EnrolledInCourse).TransitionTo(Enrolled));
    }

    public State Registered { get; private set; } = null!;

    public State Enrolled { get; private set; } = null!;

    public Event<RegistrationSubmitted> Submitted { get; private set; } = null!;

    public Event<MemberEnrolled> EnrolledInCourse { get; private set; } = null!;
}

public sealed class RegistrationStateDefinition : SagaDefinition<RegistrationState>
{
    protected override void ConfigureSaga(
        IReceiveEndpointConfigurator endpointConfigurator,
        ISagaConfigurator<RegistrationState> sagaConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(10, 50, 100, 500));
        endpointConfigurator.UseEntityFrameworkOutbox<RegistrationDbContext>(context);
    }
}

/// <summary>Fails the first time, after it has written and sent: neither is to be seen twice.</summary>
public sealed class EnrolMemberConsumer(RegistrationDbContext registrations) : IConsumer<EnrolMember>
{
    public async Task Consume(ConsumeContext<EnrolMember> context)
    {
        registrations.Add(new Enrolment { RegistrationId = context.Message.RegistrationId });
        await registrations.SaveChangesAsync(context.CancellationToken);
        await context.Publish(new MemberEnrolled { RegistrationId = context.Message.RegistrationId });
        if (context.GetRetryAttempt() == 0)
        {
            throw new DbUpdateException("the first attempt fails");
        }
    }
}

public sealed class EnrolMemberConsumerDefinition : ConsumerDefinition<EnrolMemberConsumer>
{
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<EnrolMemberConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.UseMessageRetry(retry => retry.Intervals(10, 50, 100, 500));
        endpointConfigurator.UseEntityFrameworkOutbox<RegistrationDbContext>(
            context, outbox => outbox.MessageDeliveryLimit = 10);
    }
}
