using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>How a queue was found.</summary>
internal sealed partial record QueueLook
{
    private const string Quorum = "quorum";

    /// <summary>Whether there is such a queue.</summary>
    public bool Exists { get; init; }

    /// <summary>How many messages are ready in it.</summary>
    public uint Messages { get; init; }

    /// <summary>How many consumers it has.</summary>
    public uint Consumers { get; init; }

    /// <summary>Its type, where it can be told.</summary>
    public string? Type { get; init; }

    public static async Task<QueueLook> ReadAsync(IConnection connection, string queue, CancellationToken stop)
    {
        // The broker closes the channel of what it refuses.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            var found = await channel.QueueDeclarePassiveAsync(queue, stop);
            return new QueueLook
            {
                Exists = true,
                Messages = found.MessageCount,
                Consumers = found.ConsumerCount,
                Type = await TypeAsync(connection, queue, stop),
            };
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return new QueueLook();
        }
    }

    public override string ToString() =>
        $"{(Type is null ? "" : $"{Type} queue, ")}{Consumers} consumer{(Consumers == 1 ? "" : "s")}, "
            + $"{Messages} messages wait";

    /// <summary>
    /// Declares what is there already. AMQP does not tell a queue's type otherwise than by refusing another one.
    /// </summary>
    private static async Task<string?> TypeAsync(IConnection connection, string queue, CancellationToken stop)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            await channel.QueueDeclareAsync(
                queue,
                durable: true,
                exclusive: false,
                autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = Quorum },
                cancellationToken: stop);
            return Quorum;
        }
        catch (OperationInterruptedException exception)
        {
            return CurrentType().Match(exception.ShutdownReason?.ReplyText ?? "") is { Success: true } match
                ? match.Groups[1].Value
                : null;
        }
    }

    [GeneratedRegex("'x-queue-type' .* current is '([a-z]+)'")]
    private static partial Regex CurrentType();
}
