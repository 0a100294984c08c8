using System.Runtime.CompilerServices;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Dashboard.Viewing;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Topology;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Checks RabbitMQ: that it answers, and the queues of the worker and of the participants.</summary>
/// <param name="broker">Where it is; <see langword="null"/> for the transport in memory.</param>
internal sealed class BrokerCheck(BrokerConnectionString? broker)
{
    private const string Name = "broker";
    private const string Queue = "queue";
    private const string Setting = "ConnectionStrings__RabbitMq";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="participants">The queues of the participants that definitions name.</param>
    /// <param name="stop">Stops it.</param>
    public async IAsyncEnumerable<CheckResult> ExamineAsync(
        IReadOnlyList<string> participants, [EnumeratorCancellation] CancellationToken stop)
    {
        if (broker is null)
        {
            yield return CheckResult.Ok(
                Name, "in the worker's memory; participants in other processes cannot take part");
            yield break;
        }

        var (connection, reached) = await ConnectAsync(broker, stop);
        yield return reached;
        if (connection is null)
        {
            yield break;
        }

        await using var disposal = connection;
        foreach (var queue in new[] { SagaAddresses.Queue, SagaAddresses.HttpQueue })
        {
            yield return OfWorker(queue, await QueueLook.ReadAsync(connection, queue, stop));
        }

        foreach (var queue in participants)
        {
            yield return await ExchangeObjectionAsync(connection, queue, stop) is { } objection
                ? CheckResult.Fail(
                    Queue,
                    $"{queue}: RabbitMQ refuses the exchange: {objection}",
                    "The steps that go there wait in vain. Delete the exchange: the worker makes it anew when it starts.")
                : OfParticipant(queue, await QueueLook.ReadAsync(connection, queue, stop));
        }

        string[] own = [SagaAddresses.Queue, SagaAddresses.HttpQueue];
        foreach (var queue in own.SelectMany(x => new[] { $"{x}_error", $"{x}_skipped" }))
        {
            if (await QueueLook.ReadAsync(connection, queue, stop) is { Messages: > 0 } look)
            {
                yield return CheckResult.Warn(
                    Queue,
                    $"{queue}: {look.Messages} messages that the worker could not use",
                    "Read their headers to see what was wrong, then move them back or purge them.");
            }
        }
    }

    /// <summary>Connects, or says why that cannot be done.</summary>
    public static async Task<(IConnection? Connection, CheckResult Result)> ConnectAsync(
        BrokerConnectionString broker, CancellationToken stop)
    {
        var factory = broker.CreateFactory();
        factory.AutomaticRecoveryEnabled = false;
        factory.RequestedConnectionTimeout = Patience;
        factory.HandshakeContinuationTimeout = Patience;
        factory.ContinuationTimeout = Patience;
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            var connection = await factory.CreateConnectionAsync("sagas: doctor", stop);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            return (connection, CheckResult.Ok(
                Name, $"RabbitMQ {VersionOf(connection)} at {broker}, connected in {TimeText.Of(elapsed)}"));
        }
        catch (BrokerUnreachableException exception) when (exception.InnerException is AuthenticationFailureException)
        {
            return (null, CheckResult.Fail(
                Name, $"{broker} refuses user '{broker.User}' or its password", $"Check both in {Setting}."));
        }
        catch (Exception exception) when (!stop.IsCancellationRequested
            && exception is BrokerUnreachableException or OperationInterruptedException or TimeoutException)
        {
            if (broker.Tls?.Refusal is { } refusal)
            {
                return (null, CheckResult.Fail(Name, $"{broker} is not trusted: {refusal}", $"Correct {Setting}."));
            }

            var reason = (exception.InnerException ?? exception).Message;
            return (null, CheckResult.Fail(
                Name,
                $"{broker} does not answer: {reason}",
                $"See that RabbitMQ runs there and can be reached from here, and that {Setting} names the right host, "
                + "port and virtual host."));
        }
    }

    /// <summary>Declares what is there already, which is how AMQP tells its type.</summary>
    private static async Task<string?> ExchangeObjectionAsync(
        IConnection connection, string exchange, CancellationToken stop)
    {
        using var declarations = new Declarations(connection);
        return await declarations.HasExchangeAsync(exchange, stop)
            && await declarations.HasQueueAsync(exchange, stop)
                ? await ParticipantQueues.ObjectionAsync(declarations, exchange, stop)
                : null;
    }

    private static CheckResult OfWorker(string queue, QueueLook look) => look switch
    {
        { Exists: false } => CheckResult.Warn(
            Queue, $"{queue} is not there yet", "The worker makes it when it starts."),
        { Type: { } type and not "quorum" } => CheckResult.Fail(
            Queue,
            $"{queue} is a {type} queue, where the worker needs a quorum queue",
            "Stop the workers, let the queue run empty or move its messages, and delete it: the worker makes it anew."),
        { Consumers: 0 } => CheckResult.Fail(
            Queue,
            $"{queue}: nobody consumes, {look.Messages} messages wait",
            "Start the worker, or see why it does not consume."),
        _ => CheckResult.Ok(Queue, $"{queue}: {look}"),
    };

    private static CheckResult OfParticipant(string queue, QueueLook look) => look switch
    {
        { Exists: false } => CheckResult.Warn(
            Queue, $"{queue} is not there yet", "The worker makes it when it starts."),
        { Consumers: 0 } => CheckResult.Warn(
            Queue,
            $"{queue}: nobody consumes, {look.Messages} messages wait",
            "Start the participant: its steps time out, and are tried again, meanwhile."),
        _ => CheckResult.Ok(Queue, $"{queue}: {look}"),
    };

    private static string VersionOf(IConnection connection) =>
        connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] text
            ? Encoding.UTF8.GetString(text)
            : "of unknown version";
}
