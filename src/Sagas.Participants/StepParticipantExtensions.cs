using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sagas.Participants;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Delivery.Sharing;

#pragma warning disable IDE0130 // Found with no other using than MassTransit's.
namespace MassTransit;

/// <summary>Registers the participants of sagas and has a queue serve them.</summary>
public static class StepParticipantExtensions
{
    /// <summary>
    /// Registers participants on a database of their own, whose model needs <c>AddStepBarrierEntity</c>,
    /// <c>AddInboxStateEntity</c> and <c>AddOutboxMessageEntity</c>. Register its outbox too:
    /// <c>AddEntityFrameworkOutbox&lt;TDbContext&gt;</c>. Of all that a command costs a participant, a third is making
    /// the context: <c>AddDbContextPool</c> saves it.
    /// </summary>
    /// <typeparam name="TDbContext">The participants' own database.</typeparam>
    /// <param name="configurator">The bus being configured.</param>
    /// <param name="configure">Says which participant carries out which step.</param>
    /// <exception cref="ArgumentException">A step was named twice.</exception>
    public static void AddStepParticipants<TDbContext>(
        this IBusRegistrationConfigurator configurator,
        Action<StepParticipantsConfigurator<TDbContext>> configure)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(configure);

        var participants = new StepParticipantsConfigurator<TDbContext>(configurator);
        configure(participants);
        configurator.TryAddSagaClock();
        configurator.TryAddSingleton<StepBarriers>();
        configurator.TryAddSingleton<StepSharing<TDbContext>>();
        configurator.AddSingleton(new StepParticipantSettings<TDbContext>(participants.DeadlineMargin));
        configurator.AddConsumer<StepCommandConsumer<TDbContext>>().ExcludeFromConfigureEndpoints();
    }

    /// <summary>
    /// Has this endpoint carry out the steps that <see cref="AddStepParticipants{TDbContext}"/> registered. While the
    /// database fails, deliveries wait where they are (<see cref="DatabaseRetryExtensions.UseDatabaseRetry"/>). Those that
    /// fail for another reason are repeated three times within three seconds, and then go to the endpoint's error queue
    /// unanswered, so that the worker asks again.
    /// </summary>
    /// <typeparam name="TDbContext">The participants' own database.</typeparam>
    /// <param name="endpoint">The endpoint, which should have a queue of its own.</param>
    /// <param name="context">The registration context that the bus is configured with.</param>
    public static void ConfigureStepParticipants<TDbContext>(
        this IReceiveEndpointConfigurator endpoint,
        IRegistrationContext context)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(context);

        // Commands are sent to the queue, never published.
        endpoint.ConfigureConsumeTopology = false;
        endpoint.UseBatchedAcknowledgements();
        endpoint.UseDirectPublishing();
        endpoint.UseMovableMessages(context);
        endpoint.UseFilter(new StepDeliveryFilter(
            context.GetSagaClock(), context.GetRequiredService<ILogger<StepDeliveryFilter>>()));
        endpoint.UseDatabaseRetry<TDbContext>(context);
        endpoint.UseFilter(new TransactionSharingFilter(
            context.GetRequiredService<StepSharing<TDbContext>>().MayShare));
        // The barrier finds duplicates out, at no extra cost.
        endpoint.UseEntityFrameworkOutbox<TDbContext>(context, outbox => outbox.DuplicateDetection = false);
        endpoint.ConfigureConsumer<StepCommandConsumer<TDbContext>>(context);
    }
}
