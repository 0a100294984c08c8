using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Sagas.Persistence;

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
        var objection = Interrupted(406, "inequivalent arg 'type' for exchange");

        _attempt.Fail(objection, isFinal: false);
        _attempt.Fail(Interrupted(491, "ObjectDisposedException on channel"), isFinal: false);

        _attempt.Objection.ShouldBeSameAs(objection);
    }

    /// <summary>The channel went with another message's objection.</summary>
    [Fact]
    public void Fail_ObjectionAfterTheChannelWasGone_TakesTheObjection()
    {
        var gone = Interrupted(491, "ObjectDisposedException on channel");
        var objection = Interrupted(406, "inequivalent arg 'type' for exchange");

        _attempt.Fail(gone, isFinal: false);
        _attempt.Objection.ShouldBeSameAs(gone);
        _attempt.Fail(objection, isFinal: false);

        _attempt.Objection.ShouldBeSameAs(objection);
    }

    [Fact]
    public void Fail_SenderHasGivenUp_EndsTheRepetitions()
    {
        _attempt.Fail(Interrupted(406, "no"), isFinal: false);
        _repeats.IsCancellationRequested.ShouldBeFalse();

        _giveUp.Cancel();
        _attempt.Fail(Interrupted(491, "gone"), isFinal: false);

        _repeats.IsCancellationRequested.ShouldBeTrue();
    }

    private static OperationInterruptedException Interrupted(ushort code, string text)
    {
        return new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));
    }
}
