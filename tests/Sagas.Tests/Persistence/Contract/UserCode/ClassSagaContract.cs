using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Sagas that are a class with consume methods.</summary>
public abstract class ClassSagaContract : UserCodeContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_InitiatedOrchestratedObservedAndCompleted_DoesEach(bool outbox)
    {
        var program = new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = bus => bus.AddSaga<PickList>().EntityFrameworkRepository(r => r.ExistingDbContext<ShopDbContext>()),
        };
        await RunAsync(program, async host =>
        {
            var (here, there) = (Guid.NewGuid(), Guid.NewGuid());
            await host.PublishAsync(new StartPicking(here, "A"));
            await host.UntilAsync<PickList>(here, list => list.Aisle == "A", "to be started");
            (await host.Journal.UntilAsync<OrderAccepted>()).ShouldBe(new OrderAccepted(here, "A"));

            await Task.WhenAll(Enumerable.Range(0, 5).SelectMany(_ => new[]
            {
                host.PublishAsync(new ItemPicked(here, 1)),
                host.PublishAsync(new ItemPicked(there, 2)),
            }));
            await host.PublishAsync(new AisleClosed("A"));

            await host.UntilAsync<PickList>(
                here, list => list is { Count: 5, IsClosed: true }, "to be picked and closed");
            await host.UntilAsync<PickList>(there, list => list is { Count: 10, IsClosed: false }, "to be picked");
            await host.PublishAsync(new PickingDone(here));
            await host.UntilGoneAsync<PickList>(here);
        });
    }
}
