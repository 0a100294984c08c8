using MassTransit;
using MassTransit.Contracts.JobService;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>The sagas that MassTransit itself has written: jobs and futures.</summary>
public abstract class KitchenContract : UserCodeContract
{
    public static TheoryData<ConcurrencyMode> ConcurrencyModes =>
        [ConcurrencyMode.Pessimistic, ConcurrencyMode.Optimistic];

    [Theory]
    [MemberData(nameof(ConcurrencyModes))]
    public async Task SubmitJob_JobSagasInTheStore_RunsTheJob(ConcurrencyMode mode)
    {
        await RunAsync(
            bus =>
            {
                bus.AddConsumer<DishWasher>();
                bus.AddJobSagaStateMachines(options => options.FinalizeCompleted = false).EntityFrameworkRepository(r =>
                {
                    r.ConcurrencyMode = mode;
                    r.ExistingDbContext<KitchenDbContext>();
                });
            },
            async kitchen =>
            {
                // A job that comes before its consumer has said that it is there waits for half a minute.
                await Eventually.HoldsAsync(
                    () => kitchen.QueryAsync(context => context.Set<JobTypeSaga>().AnyAsync(type => type.ConcurrentJobLimit > 0, Ct)),
                    "the consumer of the job to be known");
                await using var scope = kitchen.Host.Services.CreateAsyncScope();
                var client = scope.ServiceProvider.GetRequiredService<IRequestClient<SubmitJob<WashDishes>>>();

                var accepted = await client.GetResponse<JobSubmissionAccepted>(
                    new { JobId = NewId.NextGuid(), Job = new { Plates = 7 } }, Ct);

                var id = accepted.Message.JobId;
                await Eventually.HoldsAsync(
                    () => kitchen.QueryAsync(context => context.Set<JobSaga>().AnyAsync(
                        job => job.CorrelationId == id && job.Completed != null && job.LastProgressValue == 7, Ct)),
                    "the job to be completed");
                (await kitchen.QueryAsync(context => context.Set<JobTypeSaga>().SingleAsync(Ct))).Name.ShouldNotBeNullOrEmpty();
            });
    }

    [Theory]
    [MemberData(nameof(ConcurrencyModes))]
    public async Task OrderFries_FutureInTheStore_IsCompletedAndAsksNobodyTwice(ConcurrencyMode mode)
    {
        await RunAsync(
            bus =>
            {
                bus.AddConsumer<FriesCook>();
                bus.AddFuture<FriesFuture>();
                bus.AddSagaRepository<FutureState>().EntityFrameworkRepository(r =>
                {
                    r.ConcurrencyMode = mode;
                    r.ExistingDbContext<KitchenDbContext>();
                });
            },
            async kitchen =>
            {
                await using var scope = kitchen.Host.Services.CreateAsyncScope();
                var client = scope.ServiceProvider.GetRequiredService<IRequestClient<OrderFries>>();
                var order = new OrderFries { CorrelationId = NewId.NextGuid(), Size = "large" };

                var first = await client.GetResponse<FriesServed>(order, Ct);
                var second = await client.GetResponse<FriesServed>(order, Ct);

                first.Message.Description.ShouldBe("large fries");
                second.Message.Description.ShouldBe("large fries");
                var future = await kitchen.QueryAsync(context => context.Set<FutureState>().SingleAsync(Ct));
                future.CorrelationId.ShouldBe(order.CorrelationId);
                future.Completed.ShouldNotBeNull();
                future.Results.ShouldContainKey(order.CorrelationId);
            });
    }

    private async Task RunAsync(
        Action<IBusRegistrationConfigurator> configure,
        Func<KitchenHost, Task> test)
    {
        await using var servers = await CreateServersAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        var database = SagaDatabase.Detect(servers.ConnectionString);
        builder.Services.AddDbContext<KitchenDbContext>(options => options.UseSagaDatabase(database));
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.SetEndpointNameFormatter(new DefaultEndpointNameFormatter(servers.Prefix, includeNamespace: false));
            bus.AddDelayedMessageScheduler();
            bus.AddEntityFrameworkOutbox<KitchenDbContext>(
                outbox => outbox.QueryDelay = TimeSpan.FromMilliseconds(50));
            bus.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                endpoint.UseMessageRetry(retry => retry.Immediate(20));
                if (!name.EndsWith("DishWasher", StringComparison.Ordinal))
                {
                    endpoint.UseEntityFrameworkOutbox<KitchenDbContext>(context);
                }
            });
            configure(bus);
            servers.AddTransport(bus, (_, transport) => transport.UseDelayedMessageScheduler());
        });
        using var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<KitchenDbContext>().Database.EnsureCreatedAsync(Ct);
        }

        await host.StartAsync(Ct);
        try
        {
            await test(new KitchenHost(host));
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private sealed record KitchenHost(IHost Host)
    {
        public async Task<T> QueryAsync<T>(Func<KitchenDbContext, Task<T>> query)
        {
            await using var scope = Host.Services.CreateAsyncScope();
            return await query(scope.ServiceProvider.GetRequiredService<KitchenDbContext>());
        }
    }
}
