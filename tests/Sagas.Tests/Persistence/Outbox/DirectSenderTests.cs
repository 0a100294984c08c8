using System.Reflection;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Outbox.Publishing;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class DirectSenderTests
{
    private readonly List<string> _sent = [];
    private readonly Dictionary<string, TaskCompletionSource> _confirmations = [];
    private readonly Dictionary<string, TaskCompletionSource> _declarations = [];
    private readonly Cleaner _cleaner = new();
    private readonly Guid _key = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_OneMustNotOvertakeAnother_WaitsForItsConfirmationWhileTheRestGoesOut()
    {
        var sending = SendAsync(Message("a1", _key), Message("a2", _key), Message("b", Guid.NewGuid()), Message("c"));

        _sent.ShouldBe(["a1", "b", "c"]);
        Confirm("a1");
        await Eventually.HoldsAsync("the second", () => Task.FromResult(_sent.Count == 4), Ct);
        Confirm("a2", "b", "c");
        (await sending).ShouldBeEmpty();
        _sent.ShouldBe(["a1", "b", "c", "a2"]);
        Enumerable.Range(1, 4).ShouldAllBe(number => _cleaner.IsConfirmed(number));
    }

    [Fact]
    public async Task Send_TheEarlierOneFails_LeavesTheLaterOneToTheDispatcher()
    {
        var sending = SendAsync(Message("a1", _key), Message("a2", _key), Message("c"));

        _confirmations["a1"].SetException(new InvalidOperationException("Refused."));
        Confirm("c");

        (await sending).ShouldBe([1, 2]);
        _sent.ShouldBe(["a1", "c"]);
        Enumerable.Range(1, 3).Where(number => _cleaner.IsConfirmed(number)).ShouldBe([3]);
    }

    [Fact]
    public async Task Send_MessageCanBePublished_GoesPastTheBusAndInOrder()
    {
        var sending = SendAsync(new Publisher(this), Message("a1", _key), Message("a2", _key), Message("b"));

        _sent.ShouldBe(["published a1", "published b"]);
        Confirm("published a1");
        await Eventually.HoldsAsync("the second", () => Task.FromResult(_sent.Count == 3), Ct);
        Confirm("published a2", "published b");
        await sending;
        _sent.ShouldBe(["published a1", "published b", "published a2"]);
        Enumerable.Range(1, 3).ShouldAllBe(number => _cleaner.IsConfirmed(number));
    }

    [Fact]
    public async Task Send_PublishingFails_LeavesItAndWhatMustNotOvertakeItToTheDispatcher()
    {
        var sending = SendAsync(new Publisher(this), Message("a1", _key), Message("a2", _key), Message("c"));

        _confirmations["published a1"].SetException(new InvalidOperationException("The channel is closed."));
        Confirm("published c");

        (await sending).ShouldBe([1, 2]);
        _sent.ShouldBe(["published a1", "published c"]);
        Enumerable.Range(1, 3).Where(number => _cleaner.IsConfirmed(number)).ShouldBe([3]);
    }

    [Fact]
    public async Task Send_OnlyTheBusCan_TellsThePublisherOfWhatItHasSent()
    {
        var publisher = new Publisher(this) { Publishes = false };
        var sending = SendAsync(publisher, Message("a"), Message("b"));

        _sent.ShouldBe(["a", "b"]);
        Confirm("a");
        _confirmations["b"].SetException(new InvalidOperationException("Refused."));
        await sending;

        publisher.Learned.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Send_ExchangeIsNotDeclaredYet_NoneOvertakesTheFirstMessageThere()
    {
        _declarations["a"] = new TaskCompletionSource();
        var sending = SendAsync(Message("a"), Message("b"), Message("c"));

        _sent.ShouldBeEmpty();
        _declarations["a"].SetResult();
        _sent.ShouldBe(["a"]);
        Confirm("a");
        await Eventually.HoldsAsync("the others", () => Task.FromResult(_sent.Count == 3), Ct);

        _sent.ShouldBe(["a", "b", "c"]);
        Confirm("b", "c");
        (await sending).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_OnlyTheBusCanSendOneOfThem_AllGoByTheBusAndInOrder()
    {
        var sending = SendAsync(
            new Publisher(this) { ByBusOnly = ["b"] }, Message("a"), Message("b"), Message("c"));

        _sent.ShouldBe(["a", "b", "c"]);
        Confirm("a", "b", "c");
        (await sending).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_AnAnswerIsAmongThem_TheOthersGoPastTheBusAllTheSame()
    {
        var sending = SendAsync(
            new Publisher(this) { ByBusOnly = ["answers"] }, Message("a"), Message("answers"), Message("c"));

        _sent.ShouldBe(["published a", "answers", "published c"]);
        Confirm("published a", "answers", "published c");
        (await sending).ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_PublishingIsNotConfirmedInTime_IsTheDispatchersInItsTurn()
    {
        var clock = new FakeClock();
        var sending = SendAsync(new Publisher(this), clock, Message("a"));

        clock.Advance(TimeSpan.FromMinutes(1));

        (await sending).ShouldBeEmpty();
        _sent.ShouldBe(["published a"]);
        _cleaner.IsConfirmed(1).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_BrokerRefusesTheSize_NoneAsLargeIsPublishedAgain()
    {
        var clock = new FakeClock();
        var objections = new SendObjections(clock);
        var sending = SendAsync(new Publisher(this), clock, objections, Message("a", body: new string('x', 1_000)));
        _confirmations["published a"].SetException(new AlreadyClosedException(new ShutdownEventArgs(
            ShutdownInitiator.Peer, 406, "PRECONDITION_FAILED - message size 1000 is larger than configured max size 900")));
        await sending;

        sending = SendAsync(new Publisher(this), clock, objections, Message("b", body: new string('x', 1_001)));

        _sent.ShouldBe(["published a"]);
        await sending;
        Enumerable.Range(1, 2).ShouldAllBe(number => !_cleaner.IsConfirmed(number));
    }

    private Task<IReadOnlyCollection<long>> SendAsync(params OutboxMessage[] rows) => SendAsync(null, rows);

    private Task<IReadOnlyCollection<long>> SendAsync(IDirectPublisher? publisher, params OutboxMessage[] rows) =>
        SendAsync(publisher, TimeProvider.System, rows);

    private Task<IReadOnlyCollection<long>> SendAsync(
        IDirectPublisher? publisher, TimeProvider clock, params OutboxMessage[] rows) =>
        SendAsync(publisher, clock, new SendObjections(clock), rows);

    private Task<IReadOnlyCollection<long>> SendAsync(
        IDirectPublisher? publisher, TimeProvider clock, SendObjections objections, params OutboxMessage[] rows)
    {
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index].SequenceNumber = index + 1;
        }

        var sender = new CapturedMessageSender(objections, clock);
        return new DirectSender(sender, clock, NullLogger<DirectSender>.Instance).SendAsync(
            new MessageRoute(new Endpoints(this), publisher),
            [.. rows.Select(CapturedMessage.From)],
            _cleaner,
            TimeSpan.FromMinutes(1),
            Ct);
    }

    private Task Send(string name)
    {
        _sent.Add(name);
        return (_confirmations[name] = new TaskCompletionSource()).Task;
    }

    /// <summary>As the transport does: what needs a declaration waits for it, and then the bytes are taken and sent.</summary>
    private async Task SendByBusAsync(string name, IPipe<SendContext> message)
    {
        var context = new MessageSendContext<SerializedMessageBody>(new SerializedMessageBody())
        {
            Serialization = DispatchProxy.Create<ISerialization, NoSerialization>(),
        };
        await message.Send(context);
        if (_declarations.TryGetValue(name, out var declaration))
        {
            await declaration.Task;
        }

        context.Body.GetBytes();
        await Send(name);
    }

    private void Confirm(params string[] names)
    {
        foreach (var name in names)
        {
            _confirmations[name].SetResult();
        }
    }

    private static OutboxMessage Message(string name, Guid? key = null, string body = "{}") => new()
    {
        MessageId = Guid.NewGuid(),
        DestinationAddress = $"exchange:{name}",
        ContentType = "application/json",
        OrderingKey = key,
        Body = body,
    };

    private sealed class Cleaner() : OutboxCleaner(new ConfirmedRows(TimeProvider.System));

    private sealed class Publisher(DirectSenderTests test) : IDirectPublisher
    {
        public bool Publishes { get; init; } = true;

        public string[] ByBusOnly { get; init; } = [];

        public List<string> Learned { get; } = [];

        public bool Serves(CapturedMessage message) =>
            !message.Addresses.Destination.AbsolutePath.StartsWith("answers", StringComparison.Ordinal);

        public bool CanPublish(CapturedMessage message) =>
            Publishes && !ByBusOnly.Contains(message.Addresses.Destination.AbsolutePath);

        public Task? TryPublish(CapturedMessage message, DateTimeOffset now) =>
            CanPublish(message) ? test.Send($"published {message.Addresses.Destination.AbsolutePath}") : null;

        public void Learn(CapturedMessage sent) => Learned.Add(sent.Addresses.Destination.AbsolutePath);
    }

    private sealed class Endpoints(DirectSenderTests test) : ISendEndpointProvider
    {
        public Task<ISendEndpoint> GetSendEndpoint(Uri address)
        {
            var endpoint = DispatchProxy.Create<ISendEndpoint, Endpoint>();
            ((Endpoint)endpoint).Sends = message => test.SendByBusAsync(address.AbsolutePath, message);
            return Task.FromResult(endpoint);
        }

        public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw new NotSupportedException();
    }

    /// <summary>Knows no content type: bodies are texts.</summary>
    public class NoSerialization : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => false;
    }

    /// <summary>However it is told to send, it sends.</summary>
    public class Endpoint : DispatchProxy
    {
        internal Func<IPipe<SendContext>, Task> Sends { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Sends(args!.OfType<IPipe<SendContext>>().Single());
    }
}
