using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Samples;

namespace Sagas.Tests.Samples;

public sealed class SampleParticipantTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-samples-").FullName;
    private readonly Guid _saga = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Order_ExecutedAndCompensated_LeavesNothingStandingAndLogsEachEffectOnce()
    {
        await using var host = await StartAsync();
        (string Queue, string Step)[] steps =
        [
            (SampleQueues.Stock, SampleSteps.ReserveStock),
            (SampleQueues.Payment, SampleSteps.ChargeCard),
            (SampleQueues.Shipping, SampleSteps.BookShipment),
        ];

        foreach (var (queue, step) in steps)
        {
            await host.ExecuteAsync(_saga, queue, step, Order());
            (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>();
        }

        foreach (var (queue, step) in steps.Reverse())
        {
            await host.CompensateAsync(_saga, queue, step, Order());
            (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>();
        }

        (await host.EffectsAsync(_saga)).ShouldBe(
        [
            "Execute reserve-stock", "Execute charge-card", "Execute book-shipment",
            "Compensate book-shipment", "Compensate charge-card", "Compensate reserve-stock",
        ]);
        await host.QueryAsync(async database =>
        {
            (await database.StockReservations.SingleAsync(Ct)).ReleasedAt.ShouldNotBeNull();
            (await database.CardCharges.SingleAsync(Ct)).RefundedAt.ShouldNotBeNull();
            (await database.Shipments.SingleAsync(Ct)).CancelledAt.ShouldNotBeNull();
            return true;
        });
    }

    [Fact]
    public async Task AgentTool_AfterAnother_UsesItsResult()
    {
        await using var host = await StartAsync();
        var input = new JsonObject { ["task"] = "fix-login" };
        var results = new Dictionary<string, object>
        {
            [SampleSteps.CreateBranch] = new { reference = "shop:agent/fix-login" },
        };

        await host.ExecuteAsync(_saga, SampleQueues.AgentTools, SampleSteps.ProvisionSandbox, input, results: results);

        var reply = (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>();
        reply.Result!.Value.GetProperty("reference").GetString()!.ShouldEndWith("of shop:agent/fix-login");
    }

    [Fact]
    public async Task ChargeCard_AboveTheLimit_IsDeclined()
    {
        await using var host = await StartAsync();

        await host.ExecuteAsync(_saga, SampleQueues.Payment, SampleSteps.ChargeCard, Order(amount: 10_001));

        (await host.ReplyAsync()).ShouldBeOfType<StepFailed>().Code.ShouldBe("CARD_DECLINED");
        (await host.EffectsAsync(_saga)).ShouldBeEmpty();
    }

    [Proves("participant-input-unreadable")]
    [Fact]
    public async Task Execute_InputThatCannotBeRead_FailsWithThePlaceAndNotTheValue()
    {
        await using var host = await StartAsync();
        var input = new JsonObject { ["orderId"] = "1", ["amount"] = "a-secret" };

        await host.ExecuteAsync(_saga, SampleQueues.Payment, SampleSteps.ChargeCard, input);

        var reply = (await host.ReplyAsync()).ShouldBeOfType<StepFailed>();
        reply.Code.ShouldBe("INVALID_INPUT");
        reply.Message.ShouldContain("$.amount");
        reply.Message.ShouldNotContain("a-secret");
    }

    [Fact]
    public async Task Execute_FaultFail_IsFinal()
    {
        await using var host = await StartAsync();

        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, Order("reserve-stock", "fail"));

        (await host.ReplyAsync()).ShouldBeOfType<StepFailed>().Retryable.ShouldBeFalse();
        (await host.EffectsAsync(_saga)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Compensate_FaultFailTimes_SucceedsAfterThatManyAttempts()
    {
        await using var host = await StartAsync();
        var input = Order("reserve-stock:compensate", "fail-times:1");
        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, input);
        await host.ReplyAsync();

        await host.CompensateAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, input, attempt: 1);
        (await host.ReplyAsync()).ShouldBeOfType<StepFailed>().Retryable.ShouldBeTrue();
        await host.CompensateAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, input, attempt: 2);
        (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>();

        (await host.EffectsAsync(_saga)).ShouldBe(["Execute reserve-stock", "Compensate reserve-stock"]);
    }

    [Fact]
    public async Task Execute_FaultHangOnce_AnswersTheSecondAttemptOnly()
    {
        await using var host = await StartAsync();
        var input = Order("reserve-stock", "hang-once");

        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, input, attempt: 1);
        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, input, attempt: 2);

        (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>().Attempt.ShouldBe(2);
        (await host.EffectsAsync(_saga)).ShouldBe(["Execute reserve-stock"]);
    }

    [Fact]
    public async Task Execute_FaultLate_HasItsEffectAtOnceAndAnswersLater()
    {
        await using var host = await StartAsync();
        var other = Guid.NewGuid();

        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, Order("reserve-stock", "late:3s"));
        await host.QueryAsync(async database =>
        {
            while (!await database.EffectLog.AnyAsync(entry => entry.SagaId == _saga, Ct))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), Ct);
            }

            return true;
        });
        await host.ExecuteAsync(other, SampleQueues.Stock, SampleSteps.ReserveStock, Order());

        (await host.ReplyAsync()).SagaId.ShouldBe(other);
        (await host.ReplyAsync()).ShouldBeOfType<StepSucceeded>().SagaId.ShouldBe(_saga);
    }

    [Fact]
    public async Task Execute_FaultThatDoesNotExist_SaysWhichDo()
    {
        await using var host = await StartAsync();

        await host.ExecuteAsync(_saga, SampleQueues.Stock, SampleSteps.ReserveStock, Order("reserve-stock", "explode"));

        var reply = (await host.ReplyAsync()).ShouldBeOfType<StepFailed>();
        reply.Code.ShouldBe("INVALID_FAULT");
        reply.Message.ShouldContain("explode");
        reply.Message.ShouldContain("fail-times:N");
    }

    [Fact]
    public async Task Start_SeveralProcessesOnANewDatabase_AllStart()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(StartAsync)));

        foreach (var host in hosts)
        {
            (await host.EffectsAsync(_saga)).ShouldBeEmpty();
            await host.DisposeAsync();
        }
    }

    private static JsonObject Order(string? fault = null, string? value = null, int amount = 42)
    {
        var faults = new JsonObject();
        if (fault is not null)
        {
            faults[fault] = value;
        }

        return new JsonObject { ["orderId"] = "order-1", ["amount"] = amount, ["faults"] = faults };
    }

    private Task<SampleHost> StartAsync()
    {
        return SampleHost.StartAsync(Path.Combine(_folder, "participants.db"));
    }
}
