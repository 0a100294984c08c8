using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Middleware;
using RabbitMQ.Client.Exceptions;
using Sagas.Orchestration.Transport;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Transport;

public sealed class SetAsideGuardTests
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly FakeClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("message-error-queue-closed")]
    [Fact]
    public async Task Send_ErrorQueueRefuses_WaitsAndSaysSoOnce()
    {
        var guard = new SetAsideGuard<ReceiveContext>(
            "sagas_error", _clock, new LogListener(x => _lines.Enqueue(x.Message)).CreateLogger<SetAsideGuardTests>());
        var refuse = Pipe.Execute<ReceiveContext>(_ => throw new InvalidOperationException("The queue is full."));

        var first = guard.Send(new Received(), refuse);
        var second = guard.Send(new Received(), refuse);
        (first.IsCompleted, second.IsCompleted).ShouldBe((false, false));
        _clock.Advance(SetAsideGuard<ReceiveContext>.Pause);

        await Should.ThrowAsync<InvalidOperationException>(first.WaitAsync(TimeSpan.FromSeconds(20), Ct));
        await Should.ThrowAsync<InvalidOperationException>(second.WaitAsync(TimeSpan.FromSeconds(20), Ct));
        _lines.ShouldHaveSingleItem().ShouldContain(
            "could not be moved to sagas_error, and is delivered again after 00:00:10: InvalidOperationException: "
            + "The queue is full.");
    }

    [Fact]
    public async Task Send_MessageIsOverTheBrokersLimitByNow_WaitsForLonger()
    {
        var guard = new SetAsideGuard<ReceiveContext>(
            "sagas_error", _clock, new LogListener(x => _lines.Enqueue(x.Message)).CreateLogger<SetAsideGuardTests>());
        var refuse = Pipe.Execute<ReceiveContext>(_ => throw BrokerObjection.TooLarge);

        var sent = guard.Send(new Received(), refuse);
        _clock.Advance(SetAsideGuard<ReceiveContext>.Pause * 2);
        sent.IsCompleted.ShouldBeFalse();
        _clock.Advance(SetAsideGuard<ReceiveContext>.LongPause);

        await Should.ThrowAsync<OperationInterruptedException>(sent.WaitAsync(TimeSpan.FromSeconds(20), Ct));
        _lines.ShouldHaveSingleItem().ShouldContain("is delivered again after 00:10:00");
    }

    [Fact]
    public async Task Send_ErrorQueueTakesIt_IsDone()
    {
        var guard = new SetAsideGuard<ReceiveContext>(
            "sagas_error", _clock, new LogListener(x => _lines.Enqueue(x.Message)).CreateLogger<SetAsideGuardTests>());

        await guard.Send(new Received(), Pipe.Empty<ReceiveContext>());

        _lines.ShouldBeEmpty();
    }

    private sealed class Received : BasePipeContext, ReceiveContext
    {
        public TimeSpan ElapsedTime => default;

        public Uri InputAddress => new("loopback://localhost/sagas");

        public System.Net.Mime.ContentType ContentType => new("application/json");

        public bool Redelivered => false;

        public Headers TransportHeaders => throw new NotSupportedException();

        public Task ReceiveCompleted => Task.CompletedTask;

        public bool IsDelivered => false;

        public bool IsFaulted => false;

        public bool PublishFaults => false;

        public MessageBody Body => throw new NotSupportedException();

        public ISendEndpointProvider SendEndpointProvider => throw new NotSupportedException();

        public IPublishEndpointProvider PublishEndpointProvider => throw new NotSupportedException();

        public void AddReceiveTask(Task task) => throw new NotSupportedException();

        public Task NotifyConsumed<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => throw new NotSupportedException();

        public Task NotifyFaulted<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => throw new NotSupportedException();

        public Task NotifyFaulted(Exception exception) => throw new NotSupportedException();
    }
}
