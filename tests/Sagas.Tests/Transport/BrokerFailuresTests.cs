using MassTransit;
using RabbitMQ.Client.Exceptions;
using Sagas.Orchestration.Transport;

namespace Sagas.Tests.Transport;

public sealed class BrokerFailuresTests
{
    /// <summary>What a request ends with when the broker's password was rotated, its rights were revoked or it is away.</summary>
    public static TheoryData<Exception> OfTheBroker { get; } =
    [
        new RequestException("around it", new RabbitMqConnectionException("Connection failed", new BrokerUnreachableException(new IOException("refused")))),
        new RequestException("around it", new ConnectionException("The transport is stopping")),
        new RequestException("around it", new RequestCanceledException()),
        new RequestTimeoutException("1"),
        new AlreadyClosedException(new RabbitMQ.Client.Events.ShutdownEventArgs(RabbitMQ.Client.ShutdownInitiator.Peer, 403, "ACCESS_REFUSED")),
        new InvalidOperationException("around it", new OperationInterruptedException()),
    ];

    [Proves("broker-refuses-requests")]
    [Theory]
    [MemberData(nameof(OfTheBroker))]
    public void Show_BrokerIsAwayOrRefuses_Yes(Exception exception) => BrokerFailures.Show(exception).ShouldBeTrue();

    public static TheoryData<Exception> OfOthers { get; } =
    [
        new InvalidOperationException("a mistake of ours"),
        new RequestFaultException("StartSaga", new Thrown()),
        new IOException("a body"),
    ];

    [Theory]
    [MemberData(nameof(OfOthers))]
    public void Show_Otherwise_No(Exception exception) => BrokerFailures.Show(exception).ShouldBeFalse();

    /// <summary>What a consumer answers that threw over a request.</summary>
    private sealed class Thrown : Fault
    {
        public Guid FaultId => Guid.Empty;

        public Guid? FaultedMessageId => null;

        public DateTime Timestamp => default;

        public ExceptionInfo[] Exceptions => [];

        public HostInfo Host => null!;

        public string[] FaultMessageTypes => [];
    }
}
