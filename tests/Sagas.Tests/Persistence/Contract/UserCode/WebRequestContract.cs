using System.Net;
using MassTransit;
using MassTransit.Mediator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>Publishing and sending from a web request, through the bus outbox.</summary>
public abstract class WebRequestContract : UserCodeContract
{
    [Fact]
    public async Task Post_RequestSaves_SendsWhatItPublishedAndSent()
    {
        await RunAsync(async (host, client) =>
        {
            (await client.PostAsync("/stock/apple?save=true", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple");
            await host.UntilOutboxIsEmptyAsync();
            (await host.AuditAsync()).ShouldBe(["apple"]);
        });
    }

    [Theory]
    [InlineData("/stock/apple?save=false", HttpStatusCode.OK)]
    [InlineData("/stock/apple?save=true&fail=true", HttpStatusCode.InternalServerError)]
    public async Task Post_RequestDoesNotSave_SendsNothing(string path, HttpStatusCode expected)
    {
        await RunAsync(async (host, client) =>
        {
            (await client.PostAsync(path, null, Ct)).StatusCode.ShouldBe(expected);
            (await client.PostAsync("/stock/pear?save=true", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear again");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().ShouldNotContain(counted => counted.Sku.StartsWith("apple"));
            (await host.AuditAsync()).ShouldBe(["pear"]);
        });
    }

    [Fact]
    public async Task Post_SavedInATransactionOfItsOwn_SendsAfterTheCommitAlone()
    {
        await RunAsync(async (host, client) =>
        {
            var answer = await client.PostAsync("/transaction/apple", null, Ct);

            (await answer.Content.ReadAsStringAsync(Ct)).ShouldBe("2 messages wait");
            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "apple again");
            await host.UntilOutboxIsEmptyAsync();
        });
    }

    /// <summary>A mediator's consumer shares the request's scope and its context.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_MediatorsConsumerPublishes_SendsWhatIsSaved(bool save)
    {
        await RunAsync(async (host, client) =>
        {
            await client.PostAsync($"/mediator/apple?save={save}", null, Ct);
            await client.PostAsync("/mediator/pear?save=true", null, Ct);

            await host.Journal.UntilAsync<StockCounted>(counted => counted.Sku == "pear again");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().Any(counted => counted.Sku.StartsWith("apple")).ShouldBe(save);
            (await host.AuditAsync()).ShouldBe(save ? ["apple", "pear"] : ["pear"]);
        });
    }

    [Fact]
    public async Task Post_RequestClientInARequest_GoesOutAtOnce()
    {
        await RunAsync(async (_, client) =>
        {
            var answer = await client.PostAsync($"/orders/{Guid.NewGuid()}", null, Ct);

            (await answer.Content.ReadAsStringAsync(Ct)).ShouldBe("there is no such order");
        });
    }

    [Fact]
    public async Task Post_ManyAtOnce_SendsEachOnce()
    {
        await RunAsync(async (host, client) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20)
                .Select(i => client.PostAsync($"/stock/apple{i}?save=true", null, Ct)));

            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
            await Eventually.HoldsAsync(() => host.Journal.All<StockCounted>().Count() >= 40, "all to be sent");
            await host.UntilOutboxIsEmptyAsync();
            host.Journal.All<StockCounted>().Select(counted => counted.Sku).Distinct().Count().ShouldBe(40);
            host.Journal.All<StockCounted>().Count().ShouldBe(40);
        });
    }

    private async Task RunAsync(Func<UserHost, HttpClient, Task> test)
    {
        var orders = StateMachineContract.Orders(ConcurrencyMode.Pessimistic, outbox: true);
        await using var servers = await CreateServersAsync();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        UserHost.Configure(builder, servers, orders with
        {
            Outbox = outbox => outbox.UseBusOutbox(),
            Bus = bus =>
            {
                orders.Bus(bus);
                bus.AddRequestClient<CheckOrder>();
            },
        });
        builder.Services.AddMediator(mediator => mediator.AddConsumer<CountingConsumer>());
        var app = builder.Build();
        app.UseRouting();
        app.MapPost("/mediator/{sku}", CountByMediatorAsync);
        app.MapPost("/stock/{sku}", CountAsync);
        app.MapPost("/transaction/{sku}", CountInTransactionAsync);
        app.MapPost("/orders/{id:guid}", CheckAsync);
        await using var host = await UserHost.StartAsync(app);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await test(host, client);
    }

    private static async Task CountAsync(
        string sku,
        bool save,
        ShopDbContext shop,
        IPublishEndpoint publisher,
        ISendEndpointProvider endpoints,
        IEndpointNameFormatter names,
        bool fail = false)
    {
        shop.Add(new AuditRow { Text = sku });
        await SendAsync(sku, publisher, endpoints, names);
        if (fail)
        {
            throw new InvalidOperationException("As the test wants it.");
        }

        if (save)
        {
            await shop.SaveChangesAsync(Ct);
        }
    }

    private static async Task CountByMediatorAsync(string sku, bool save, IScopedMediator mediator, ShopDbContext shop)
    {
        await mediator.Send(new CountNow(sku), Ct);
        if (save)
        {
            await shop.SaveChangesAsync(Ct);
        }
    }

    private static async Task<string> CountInTransactionAsync(
        string sku,
        ShopDbContext shop,
        IPublishEndpoint publisher,
        ISendEndpointProvider endpoints,
        IEndpointNameFormatter names)
    {
        await using var transaction = await shop.Database.BeginTransactionAsync(Ct);
        await SendAsync(sku, publisher, endpoints, names);
        await shop.SaveChangesAsync(Ct);
        var waiting = await shop.Set<OutboxMessage>().CountAsync(row => row.Attempts == 0, Ct);
        await transaction.CommitAsync(Ct);
        return $"{waiting} messages wait";
    }

    private static async Task<string> CheckAsync(Guid id, IRequestClient<CheckOrder> client)
    {
        var answer = await client.GetResponse<OrderStatus, OrderNotFound>(new CheckOrder(id), Ct);
        return answer.Is(out Response<OrderNotFound>? _) ? "there is no such order" : "there is";
    }

    private static async Task SendAsync(
        string sku,
        IPublishEndpoint publisher,
        ISendEndpointProvider endpoints,
        IEndpointNameFormatter names)
    {
        await publisher.Publish(new StockCounted(sku), Ct);
        var journal = await endpoints.GetSendEndpoint(new Uri($"exchange:{names.Consumer<JournalConsumer>()}"));
        await journal.Send(new StockCounted($"{sku} again"), Ct);
    }

    public sealed record CountNow(string Sku);

    public sealed class CountingConsumer(
        ShopDbContext shop,
        IPublishEndpoint publisher,
        ISendEndpointProvider endpoints,
        IEndpointNameFormatter names) : IConsumer<CountNow>
    {
        public Task Consume(ConsumeContext<CountNow> context)
        {
            shop.Add(new AuditRow { Text = context.Message.Sku });
            return SendAsync(context.Message.Sku, publisher, endpoints, names);
        }
    }
}
