using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Sagas.Tests.Persistence.Contract;

/// <summary>What a send fails with when the broker closes its channel.</summary>
internal static class BrokerObjection
{
    /// <summary>The broker's own words.</summary>
    public static OperationInterruptedException Mismatch => Of(406, "inequivalent arg 'type' for exchange");

    /// <summary>What it says of a body over its limit.</summary>
    public static OperationInterruptedException TooLarge =>
        Of(406, "PRECONDITION_FAILED - message size 1000 is larger than configured max size 900");

    /// <summary>What the bus says of a send that finds its channel closed.</summary>
    public static OperationInterruptedException ChannelGone => Of(491, "ObjectDisposedException on channel");

    private static OperationInterruptedException Of(ushort code, string text)
    {
        return new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, text));
    }
}
