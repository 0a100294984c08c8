using RabbitMQ.Client;
using Sagas.Orchestration.Transport;

namespace Sagas.Tests.Transport;

public sealed class FreshCopyTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    [InlineData(4L)]
    [InlineData("many")]
    public void Renew_FewDeliveries_IsNone(object? count) =>
        FreshCopyFilter.Renew(Of(("x-delivery-count", count))).ShouldBeNull();

    [Fact]
    public void Renew_NoHeaders_IsNone() => FreshCopyFilter.Renew(new BasicProperties()).ShouldBeNull();

    [Proves("message-delivered-again-and-again")]
    [Theory]
    [InlineData(5L)]
    [InlineData(19)]
    [InlineData(long.MaxValue)]
    public void Renew_ManyDeliveries_IsTheSameMessageCountedFromZero(object count)
    {
        var properties = Of(("x-delivery-count", count), ("x-acquired-count", 7L), ("tenant", "a"));
        properties.MessageId = "m-1";
        properties.ReplyTo = "answers";
        properties.Type = "StartSaga";

        var copy = FreshCopyFilter.Renew(properties).ShouldNotBeNull();

        copy.Headers.ShouldNotBeNull().Keys.ShouldBe(["tenant", "sagas-deliveries"], ignoreOrder: true);
        (copy.MessageId, copy.ReplyTo, copy.Type).ShouldBe(("m-1", "answers", "StartSaga"));
        properties.Headers.ShouldNotBeNull().ShouldContainKey("x-delivery-count");
    }

    [Fact]
    public void Renew_ACopy_CountsOn() => FreshCopyFilter
        .Renew(Of(("x-delivery-count", 5L), ("sagas-deliveries", 15L)))
        .ShouldNotBeNull().Headers.ShouldNotBeNull()["sagas-deliveries"].ShouldBe(20L);

    private static BasicProperties Of(params (string Name, object? Value)[] headers) =>
        new() { Headers = headers.ToDictionary(x => x.Name, x => x.Value) };
}
