using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests.Snippets;

public static class Startup
{
    public static void AddOrders(IServiceCollection services, string connectionString)
    {
        services.AddDbContext<ShopDbContext>(options => options.UseNpgsql(connectionString));
        services.AddMassTransit(bus =>
        {
            bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
            {
                r.ConcurrencyMode = ConcurrencyMode.Optimistic;
                r.ExistingDbContext<ShopDbContext>();
            });
            bus.AddEntityFrameworkOutbox<ShopDbContext>(outbox => outbox.UsePostgres().UseBusOutbox());
            bus.AddConfigureEndpointsCallback((context, _, endpoint) =>
            {
                endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 1000));
                endpoint.UseEntityFrameworkOutbox<ShopDbContext>(context);
            });
            bus.UsingRabbitMq((context, rabbit) => rabbit.ConfigureEndpoints(context));
        });
    }

    public static void AddJobs(IServiceCollection services, string connectionString)
    {
        services.AddDbContext<JobServiceSagaDbContext>(options => options.UseNpgsql(connectionString));
        services.AddDbContext<FutureSagaDbContext>(options => options.UseNpgsql(connectionString));
        services.AddMassTransit(bus =>
        {
            bus.AddJobSagaStateMachines().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<JobServiceSagaDbContext>();
                r.UsePostgres();
            });
            bus.AddSagaRepository<FutureState>().EntityFrameworkRepository(r => r.ExistingDbContext<FutureSagaDbContext>());
            bus.UsingRabbitMq((context, rabbit) => rabbit.ConfigureEndpoints(context));
        });
    }

    public static void ByHand(IBusFactoryConfigurator bus, DbContextOptions<ShopDbContext> options)
    {
        var repository = EntityFrameworkSagaRepository<OrderState>.CreatePessimistic(
            () => new ShopDbContext(options),
            new PostgresLockStatementProvider(),
            orders => orders.Include(order => order.Lines));
        bus.ReceiveEndpoint("orders", endpoint => endpoint.StateMachineSaga(new OrderMachine(), repository));
    }
}
