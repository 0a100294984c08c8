using Sagas.Persistence.Outbox;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class SendAttemptTests : IDisposable
{
    private readonly CancellationTokenSource _repeats = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly SendAttempt _attempt;

    public SendAttemptTests()
    {
        _attempt = new SendAttempt(bytes: 2, _repeats, _giveUp.Token);
    }

    public void Dispose()
    {
        _repeats.Dispose();
        _giveUp.Dispose();
    }

    /// <summary>The broker objects and closes the channel, on which the bus sends once more.</summary>
    [Fact]
    public void Fail_ChannelIsGoneAfterAnObjection_KeepsTheObjection()
    {
        var objection = BrokerObjection.Mismatch;

        _attempt.Fail(objection, isFinal: false);
        _attempt.Fail(BrokerObjection.ChannelGone, isFinal: false);

        _attempt.Objection.ShouldBeSameAs(objection);
    }

    /// <summary>The channel went with another message's objection.</summary>
    [Fact]
    public void Fail_ObjectionAfterTheChannelWasGone_TakesTheObjection()
    {
        var gone = BrokerObjection.ChannelGone;
        var objection = BrokerObjection.Mismatch;

        _attempt.Fail(gone, isFinal: false);
        _attempt.Objection.ShouldBeSameAs(gone);
        _attempt.Fail(objection, isFinal: false);

        _attempt.Objection.ShouldBeSameAs(objection);
    }

    [Fact]
    public void Fail_SenderHasGivenUp_EndsTheRepetitions()
    {
        _attempt.Fail(BrokerObjection.Mismatch, isFinal: false);
        _repeats.IsCancellationRequested.ShouldBeFalse();

        _giveUp.Cancel();
        _attempt.Fail(BrokerObjection.ChannelGone, isFinal: false);

        _repeats.IsCancellationRequested.ShouldBeTrue();
    }
}
