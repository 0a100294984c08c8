using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Persistence;
using Sagas.Samples.AgentRuns;
using Sagas.Samples.Database;
using Sagas.Samples.Faults;
using Sagas.Samples.Orders;

namespace Sagas.Samples;

/// <summary>Registers the sample participants and the queues that they serve.</summary>
public static class SampleParticipantExtensions
{
    /// <summary>Registers the participants, their database, which is created at the start, and its outbox.</summary>
    /// <param name="configurator">The bus being configured.</param>
    /// <param name="connectionString">PostgreSQL or SQLite; by default the SQLite file <c>participants.db</c>.</param>
    public static void AddSampleParticipants(
        this IBusRegistrationConfigurator configurator,
        string? connectionString = null)
    {
        ArgumentNullException.ThrowIfNull(configurator);

        configurator.TryAddSingleton(TimeProvider.System);
        configurator.AddDbContextPool<SamplesDbContext>(options =>
            options.UseSagaDatabase(SagaDatabase.Detect(connectionString, "participants.db")));
        configurator.AddHostedService<SamplesDatabaseCreation>();
        configurator.AddScoped<AnswerFault>();
        configurator.AddSingleton<DeathBeforeAnswer>();
        configurator.AddSendObserver(provider => provider.GetRequiredService<DeathBeforeAnswer>());
        configurator.AddScoped<ReserveStock>();
        configurator.AddScoped<ChargeCard>();
        configurator.AddScoped<BookShipment>();
        configurator.AddScoped<CreateBranch>();
        configurator.AddScoped<ProvisionSandbox>();
        configurator.AddScoped<PostComment>();
        configurator.AddScoped<DeployPreview>();

        configurator.AddEntityFrameworkOutbox<SamplesDbContext>();
        configurator.AddStepParticipants<SamplesDbContext>(steps =>
        {
            steps.Step<SampleStep<ReserveStock>>(SampleSteps.ReserveStock);
            steps.Step<SampleStep<ChargeCard>>(SampleSteps.ChargeCard);
            steps.Step<SampleStep<BookShipment>>(SampleSteps.BookShipment);
            steps.Step<SampleStep<CreateBranch>>(SampleSteps.CreateBranch);
            steps.Step<SampleStep<ProvisionSandbox>>(SampleSteps.ProvisionSandbox);
            steps.Step<SampleStep<PostComment>>(SampleSteps.PostComment);
            steps.Step<SampleStep<DeployPreview>>(SampleSteps.DeployPreview);
        });
    }

    /// <summary>Has this bus serve the participants' queues: quorum queues where it is RabbitMQ.</summary>
    /// <param name="bus">The bus being configured, whatever its transport.</param>
    /// <param name="context">The registration context that it is configured with.</param>
    public static void ReceiveSampleSteps(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(context);

        foreach (var queue in SampleQueues.All)
        {
            bus.ReceiveEndpoint(queue, endpoint =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                {
                    rabbit.SetQuorumQueue();
                }

                endpoint.UseSendFilter(typeof(AnswerFaultFilter<>), context);
                endpoint.ConfigureStepParticipants<SamplesDbContext>(context);
            });
        }
    }
}
