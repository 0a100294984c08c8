using Sagas.Persistence.Delivery.Acknowledging;

namespace Sagas.Tests.Persistence.Delivery;

/// <summary>What is acknowledged together, and that nothing is which is not done.</summary>
public sealed class AcknowledgementsTests
{
    private readonly FakeClock _clock = new();
    private readonly Channel _channel = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_SeveralWhileOneIsBeingSent_ShareAFrame()
    {
        _channel.Deliver(5);
        var acknowledgements = Start();
        _channel.Hold();
        var first = acknowledgements.AddAsync(1);
        await _channel.UntilSendingAsync();

        Task[] others = [.. new ulong[] { 3, 5, 2, 4 }.Select(acknowledgements.AddAsync)];
        _channel.Release();
        await Task.WhenAll([first, .. others]).WaitAsync(Ct);

        _channel.Frames.ShouldBe([(1, true), (5, true)]);
    }

    [Fact]
    public async Task Add_OneBeforeIsNotDone_GoesAloneAfterAWhile()
    {
        _channel.Deliver(2);
        var acknowledgements = Start();

        var second = acknowledgements.AddAsync(2);
        await UntilItWaitsAsync();
        _channel.Frames.ShouldBeEmpty();
        _clock.Advance(Acknowledgements.Patience);
        await second.WaitAsync(Ct);
        await acknowledgements.AddAsync(1).WaitAsync(Ct);

        _channel.Frames.ShouldBe([(2, false), (1, true)]);
    }

    [Fact]
    public async Task Add_OneBeforeIsDoneMeanwhile_ShareAFrame()
    {
        _channel.Deliver(2);
        var acknowledgements = Start();

        var second = acknowledgements.AddAsync(2);
        await UntilItWaitsAsync();
        var first = acknowledgements.AddAsync(1);
        _clock.Advance(Acknowledgements.Patience);
        await Task.WhenAll(first, second).WaitAsync(Ct);

        _channel.Frames.ShouldBe([(2, true)]);
    }

    [Fact]
    public async Task Add_OneBeforeWasGivenBack_IsNotWaitedFor()
    {
        _channel.Deliver(2);
        var acknowledgements = Start();
        _channel.TakeBack(1);
        acknowledgements.Skip(1);

        await acknowledgements.AddAsync(2).WaitAsync(Ct);

        _channel.Frames.ShouldBe([(2, true)]);
    }

    [Fact]
    public async Task Add_ChannelIsClosed_FailsThoseThatWait()
    {
        _channel.Deliver(3);
        _channel.Break();
        var acknowledgements = Start();

        await Should.ThrowAsync<IOException>(() => acknowledgements.AddAsync(1).WaitAsync(Ct));
        await Should.ThrowAsync<IOException>(() => acknowledgements.AddAsync(2).WaitAsync(Ct));
    }

    [Fact]
    public async Task Add_AnyOrderFromManyThreads_AllAreAcknowledgedOnceAndInFewFrames()
    {
        const int Count = 20_000;
        const int InHand = 64;
        _channel.Deliver(Count);
        var acknowledgements = new Acknowledgements(_channel.AcknowledgeAsync, TimeProvider.System);
        var random = new Random(1);
        var order = Enumerable.Range(1, Count)
            .Select(number => (ulong)number)
            .Chunk(InHand)
            .SelectMany(chunk => chunk.OrderBy(_ => random.Next()));

        await Parallel.ForEachAsync(
            order,
            new ParallelOptions { MaxDegreeOfParallelism = InHand, CancellationToken = Ct },
            async (number, _) =>
            {
                if (number % 100 == 0)
                {
                    _channel.TakeBack(number);
                    acknowledgements.Skip(number);
                }
                else
                {
                    _channel.Finish(number);
                    await acknowledgements.AddAsync(number);
                }
            });

        _channel.Outstanding.ShouldBe(0);
        _channel.Frames.Count.ShouldBeLessThan(Count / 2);
    }

    private Acknowledgements Start()
    {
        _channel.FinishAll();
        return new Acknowledgements(_channel.AcknowledgeAsync, _clock);
    }

    private Task UntilItWaitsAsync()
    {
        return Eventually.HoldsAsync("it to wait", () => Task.FromResult(_clock.Timers == 1), Ct);
    }

    /// <summary>A broker's side of a channel, as strict as RabbitMQ, and stricter: it knows what is done.</summary>
    private sealed class Channel
    {
        private readonly Lock _lock = new();
        private readonly SortedSet<ulong> _outstanding = [];
        private readonly HashSet<ulong> _finished = [];
        private readonly TaskCompletionSource _sending = new();
        private TaskCompletionSource? _held;
        private bool _isBroken;
        private int _senders;

        public List<(ulong Number, bool Multiple)> Frames { get; } = [];

        public int Outstanding => _outstanding.Count;

        public void Deliver(ulong count)
        {
            for (ulong number = 1; number <= count; number++)
            {
                _outstanding.Add(number);
            }
        }

        public void Finish(ulong number)
        {
            lock (_lock)
            {
                _finished.Add(number);
            }
        }

        public void FinishAll()
        {
            _finished.UnionWith(_outstanding);
        }

        public void TakeBack(ulong number)
        {
            lock (_lock)
            {
                _outstanding.Remove(number).ShouldBeTrue();
            }
        }

        public void Hold()
        {
            _held = new TaskCompletionSource();
        }

        public Task UntilSendingAsync()
        {
            return _sending.Task.WaitAsync(Ct);
        }

        public void Release()
        {
            _held!.SetResult();
        }

        public void Break()
        {
            _isBroken = true;
        }

        public async ValueTask AcknowledgeAsync(ulong number, bool multiple)
        {
            Interlocked.Increment(ref _senders).ShouldBe(1);
            _sending.TrySetResult();
            await (_held?.Task ?? Task.CompletedTask);
            await Task.Yield();
            lock (_lock)
            {
                Interlocked.Decrement(ref _senders);
                if (_isBroken)
                {
                    throw new IOException("closed");
                }

                _outstanding.ShouldContain(number, "RabbitMQ closes the channel: unknown delivery tag");
                ulong[] acknowledged = [.. multiple ? _outstanding.TakeWhile(one => one <= number) : [number]];
                acknowledged.ShouldAllBe(one => _finished.Contains(one));
                _outstanding.ExceptWith(acknowledged);
                Frames.Add((number, multiple));
            }
        }
    }
}
