using System.Data;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Deliveries that meet at one saga.</summary>
public abstract class SagaConcurrencyContract : UserCodeContract
{
    private const int Deliveries = 12;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Publish_NewSagaByItsNumberManyTimesAtOnce_InsertsOneAndLosesNone(
        ConcurrencyMode mode,
        bool outbox)
    {
        await RunAsync(StateMachineContract.Orders(mode, outbox), async host =>
        {
            await Task.WhenAll(Enumerable.Range(0, Deliveries)
                .Select(_ => host.PublishAsync(new ImportOrder("open-1"))));

            await Eventually.HoldsAsync(
                () => host.QueryAsync(shop => shop.Set<OrderState>()
                    .AnyAsync(order => order.Changes == Deliveries - 1, Ct)),
                "every import to be counted");
            (await host.QueryAsync(shop => shop.Set<OrderState>().CountAsync(Ct))).ShouldBe(1);
        });
    }

    /// <summary>EF counts up no number by itself, so machines that were written for it do.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Publish_ManyChangesAtOnce_LosesNoneWhoeverCountsTheVersionUp(ConcurrencyMode mode, bool outbox)
    {
        await ChangeAsync(StateMachineContract.Orders(mode, outbox));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_SerializableTransactions_LosesNone(bool outbox)
    {
        var orders = StateMachineContract.Orders(ConcurrencyMode.Optimistic, outbox);
        await ChangeAsync(orders with
        {
            Outbox = settings => settings.IsolationLevel = IsolationLevel.Serializable,
            Bus = bus => bus.AddSagaStateMachine<OrderMachine, OrderState>().EntityFrameworkRepository(r =>
            {
                r.ConcurrencyMode = ConcurrencyMode.Optimistic;
                r.IsolationLevel = IsolationLevel.Serializable;
                r.ExistingDbContext<ShopDbContext>();
            }),
        });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Publish_SagaWithRowsOfItsOwn_LoadsThemAndLosesNone(ConcurrencyMode mode, bool outbox)
    {
        var program = new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = bus => ConsumerContract.AddParcels(bus, mode),
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();

            await Task.WhenAll(Enumerable.Range(0, Deliveries)
                .Select(i => host.PublishAsync(new PackItem(id, $"book {i}"))));

            await host.UntilAsync<ParcelState>(id, parcel => parcel.Count == Deliveries, "every item to be counted");
            (await host.QueryAsync(shop => shop.Set<ParcelItem>().CountAsync(Ct))).ShouldBe(Deliveries);
        });
    }

    /// <summary>Nothing in such a row says that it was changed in between, so that it is locked.</summary>
    [Proves("database-no-token")]
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Publish_OptimisticSagaWithoutAToken_LosesNone(bool outbox, bool isTracked)
    {
        var program = new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = bus => bus.AddSaga<PickList>().EntityFrameworkRepository(r =>
            {
                r.ConcurrencyMode = ConcurrencyMode.Optimistic;
                r.ExistingDbContext<ShopDbContext>();
                if (isTracked)
                {
                    r.CustomizeQuery(lists => lists.Where(list => list.Count >= 0));
                }
            }),
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new StartPicking(id, "A"));
            await host.UntilAsync<PickList>(id, list => list.Aisle == "A", "to be started");

            await Task.WhenAll(Enumerable.Range(0, Deliveries).Select(_ => host.PublishAsync(new ItemPicked(id, 1))));

            await host.UntilAsync<PickList>(id, list => list.Count == Deliveries, "every item to be counted");
        });
    }

    /// <summary>Its tokens stay as they are, so that they say nothing.</summary>
    [Proves("database-no-token")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_OptimisticSagaWhoseTokensNobodyChanges_LosesNone(bool outbox)
    {
        var program = new UserProgram
        {
            UsesOutbox = outbox,
            Endpoint = (_, endpoint) => endpoint.UseMessageRetry(retry => retry.Immediate(50)),
            Bus = bus => bus.AddSaga<Tally>().EntityFrameworkRepository(r =>
            {
                r.ConcurrencyMode = ConcurrencyMode.Optimistic;
                r.ExistingDbContext<ShopDbContext>();
            }),
        };
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new MarkMade(id));
            await host.UntilAsync<Tally>(id, tally => tally.Count == 1, "to be begun");

            await Task.WhenAll(Enumerable.Range(0, Deliveries).Select(_ => host.PublishAsync(new MarkMade(id))));

            await host.UntilAsync<Tally>(id, tally => tally.Count == Deliveries + 1, "every mark to be counted");
        });
    }

    private async Task ChangeAsync(UserProgram program)
    {
        await RunAsync(program, async host =>
        {
            var id = Guid.NewGuid();
            await host.PublishAsync(new SubmitOrder(id, "open-1", "ada"));
            await host.UntilAsync<OrderState>(id, order => order.CurrentState == 3, "to be accepted");
            var version = (await host.FindAsync<OrderState>(id))!.Version;

            await Task.WhenAll(Enumerable.Range(0, Deliveries)
                .Select(i => host.PublishAsync(new ChangeOrder(id, CountsVersion: i % 2 == 0))));

            await host.UntilAsync<OrderState>(id, order => order.Changes == Deliveries, "every change to be counted");
            (await host.FindAsync<OrderState>(id))!.Version.ShouldBe(version + Deliveries);
        });
    }
}
