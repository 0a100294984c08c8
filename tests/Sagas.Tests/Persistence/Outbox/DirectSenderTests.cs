using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class DirectSenderTests
{
    private readonly List<string> _sent = [];
    private readonly Dictionary<string, TaskCompletionSource> _confirmations = [];
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
        await sending;
        _sent.ShouldBe(["a1", "b", "c", "a2"]);
        Enumerable.Range(1, 4).ShouldAllBe(number => _cleaner.IsConfirmed(number));
    }

    [Fact]
    public async Task Send_TheEarlierOneFails_LeavesTheLaterOneToTheDispatcher()
    {
        var sending = SendAsync(Message("a1", _key), Message("a2", _key), Message("c"));

        _confirmations["a1"].SetException(new InvalidOperationException("Refused."));
        Confirm("c");

        await sending;
        _sent.ShouldBe(["a1", "c"]);
        Enumerable.Range(1, 3).Where(number => _cleaner.IsConfirmed(number)).ShouldBe([3]);
    }

    private Task SendAsync(params OutboxMessage[] rows)
    {
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index].SequenceNumber = index + 1;
        }

        var sender = new CapturedMessageSender(new SendObjections(TimeProvider.System), TimeProvider.System);
        return new DirectSender(sender, TimeProvider.System, NullLogger<DirectSender>.Instance).SendAsync(
            new Endpoints(this), [.. rows.Select(CapturedMessage.From)], _cleaner, TimeSpan.FromMinutes(1), Ct);
    }

    private Task Send(string name)
    {
        _sent.Add(name);
        return (_confirmations[name] = new TaskCompletionSource()).Task;
    }

    private void Confirm(params string[] names)
    {
        foreach (var name in names)
        {
            _confirmations[name].SetResult();
        }
    }

    private static OutboxMessage Message(string name, Guid? key = null) =>
        new() { MessageId = Guid.NewGuid(), DestinationAddress = $"exchange:{name}", OrderingKey = key };

    private sealed class Cleaner : OutboxCleaner;

    private sealed class Endpoints(DirectSenderTests test) : ISendEndpointProvider
    {
        public Task<ISendEndpoint> GetSendEndpoint(Uri address)
        {
            var endpoint = DispatchProxy.Create<ISendEndpoint, Endpoint>();
            ((Endpoint)endpoint).Sends = () => test.Send(address.AbsolutePath);
            return Task.FromResult(endpoint);
        }

        public ConnectHandle ConnectSendObserver(ISendObserver observer) => throw new NotSupportedException();
    }

    /// <summary>However it is told to send, it sends.</summary>
    public class Endpoint : DispatchProxy
    {
        internal Func<Task> Sends { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Sends();
    }
}
