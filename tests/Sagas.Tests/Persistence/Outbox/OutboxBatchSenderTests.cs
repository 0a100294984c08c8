using MassTransit;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class OutboxBatchSenderTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);
    private readonly FakeTransport _transport = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-message-takes-channel-down")]
    [Fact]
    public async Task Send_OneTakesTheChannelDown_TheOthersAreSentAndItAloneFails()
    {
        _transport.Poison = 3;

        var (results, isBrokerAway) = await SendAsync(5);

        isBrokerAway.ShouldBeFalse();
        results.Where(result => result.Error is not null).Select(result => result.Row.SequenceNumber).ShouldBe([3]);
    }

    [Fact]
    public async Task Send_OneIsNeverConfirmed_ItAloneFails()
    {
        _transport.Hanging = [2];

        var (results, isBrokerAway) = await SendAsync(3);

        isBrokerAway.ShouldBeFalse();
        results.Single(result => result.Error is not null).Error.ShouldBeOfType<TimeoutException>();
    }

    [Proves("broker-confirms-nothing")]
    [Fact]
    public async Task Send_NothingIsConfirmed_TheBrokerIsAway()
    {
        _transport.Hanging = [1, 2, 3];
        _transport.Answers = false;

        var (results, isBrokerAway) = await SendAsync(3);

        isBrokerAway.ShouldBeTrue();
        results.ShouldAllBe(result => result.Error is TimeoutException);
    }

    [Proves("broker-queue-rejects")]
    [Fact]
    public async Task Send_BrokerRejectsAll_EachFailsAtOnceAndIsNotSentTwice()
    {
        _transport.Rejected = [1, 2, 3];
        _transport.Answers = false;

        var (results, isBrokerAway) = await SendAsync(3);

        isBrokerAway.ShouldBeFalse();
        results.ShouldAllBe(result => result.Error is MessageRejectedException);
        _transport.Sent.ShouldBe(3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Send_NothingIsConfirmedButTheBrokerAnswers_TheMessagesFail(int count)
    {
        _transport.Hanging = [1, 2, 3];

        var (results, isBrokerAway) = await SendAsync(count);

        isBrokerAway.ShouldBeFalse();
        results.ShouldAllBe(result => result.Error is TimeoutException);
    }

    [Fact]
    public async Task Send_RowThatCannotBeRead_FailsAlone()
    {
        var rows = Rows(2);
        rows[0].Headers = "not JSON";

        var sender = new OutboxBatchSender(_transport, TimeProvider.System);
        var (results, isBrokerAway) = await sender.SendAsync(rows, Timeout, Ct);

        isBrokerAway.ShouldBeFalse();
        results[0].Error.ShouldBeAssignableTo<System.Text.Json.JsonException>();
        results[1].Error.ShouldBeNull();
    }

    private static OutboxMessage[] Rows(int count)
    {
        return [.. Enumerable.Range(1, count).Select(i => new OutboxMessage
        {
            SequenceNumber = i,
            DestinationAddress = "exchange:somewhere",
            ContentType = "application/json",
            Body = "{}",
        })];
    }

    private Task<(IReadOnlyList<DispatchResult> Results, bool IsBrokerAway)> SendAsync(int count)
    {
        return new OutboxBatchSender(_transport, TimeProvider.System).SendAsync(Rows(count), Timeout, Ct);
    }

    private sealed class FakeTransport : IOutboxTransport
    {
        private int _inFlight;

        public long Poison { get; set; }

        public long[] Hanging { get; set; } = [];

        public long[] Rejected { get; set; } = [];

        public int Sent { get; private set; }

        public bool Answers { get; set; } = true;

        public bool IsAvailable => true;

        public Task<bool> AnswersAsync(CancellationToken giveUp) => Task.FromResult(Answers);

        public Task<Task> StartAsync(CapturedMessage message, CancellationToken cancellationToken) =>
            Task.FromResult(SendAsync(message, cancellationToken));

        public async Task SendAsync(CapturedMessage message, CancellationToken cancellationToken)
        {
            var together = Interlocked.Increment(ref _inFlight);
            try
            {
                Sent++;
                if (Rejected.Contains(message.Row.SequenceNumber))
                {
                    throw new MessageRejectedException(new InvalidOperationException("nack"));
                }

                await Task.Delay(20, cancellationToken);
                if (message.Row.SequenceNumber == Poison || (Poison > 0 && Math.Max(together, _inFlight) > 1))
                {
                    throw new MessageException(typeof(object), "The channel was closed.");
                }

                if (Hanging.Contains(message.Row.SequenceNumber))
                {
                    await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _inFlight);
            }
        }
    }
}
