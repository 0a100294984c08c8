using System.Text;
using MassTransit;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Where the answer to a delivery goes, and in which form: a payload of the delivery. On RabbitMQ an answer goes
/// straight to the queue that the sender named. Nothing is declared for it: a name that clashes with what is at the
/// broker would close the channel that the worker receives on. If that queue is not there, nobody waits for the answer
/// any more.
/// </summary>
/// <param name="Destination">What the transport sends it to.</param>
/// <param name="Queue">On RabbitMQ, the queue.</param>
/// <param name="IsPlainJson">Whether the sender wrote plain JSON, and reads it.</param>
/// <param name="RequestId">By what a MassTransit client finds the request again.</param>
/// <param name="CorrelationId">
/// By what a plain client does: its AMQP property <c>correlation_id</c>, where it is a UUID.
/// </param>
internal sealed record AnswerAddress(
    Uri Destination, string? Queue, bool IsPlainJson, Guid? RequestId, Guid? CorrelationId = null)
{
    private const int LongestName = 255;
    private const string DirectReplyTo = "amq.rabbitmq.reply-to";

    /// <summary>What stands for RabbitMQ's default exchange, where a queue's name is the routing key.</summary>
    private static readonly Uri DefaultExchange = new($"exchange:{DirectReplyTo}");

    /// <summary>What is said to a sender whose address leads nowhere.</summary>
    public const string Allowed =
        "Name a queue: in the AMQP property 'reply_to', or as 'queue:name', 'exchange:name' or 'rabbitmq://host/name'.";

    /// <summary>Whether it is a queue of the workers' own, which take no answers.</summary>
    public bool IsOwn => (Queue ?? Destination.AbsolutePath) is SagaAddresses.Queue or SagaAddresses.HttpQueue;

    public static AnswerAddress? Of(ReceiveContext context) =>
        context.TryGetPayload<AnswerAddress>(out var address) ? address : null;

    /// <summary>An address for a queue on RabbitMQ.</summary>
    public static AnswerAddress ForQueue(string queue, bool isPlainJson, Guid? requestId, Guid? correlationId = null) =>
        new(DefaultExchange, queue, isPlainJson, requestId, correlationId);

    /// <summary>Reads an address as MassTransit writes it.</summary>
    /// <returns><see langword="null"/> if nothing can be sent there.</returns>
    public static AnswerAddress? Parse(ReceiveContext context, string address, bool isPlainJson, Guid? requestId)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            return null;
        }

        if (!context.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbitMq))
        {
            return uri.Scheme is "loopback" or "queue" or "exchange" ? new(uri, null, isPlainJson, requestId) : null;
        }

        var name = uri.Scheme switch
        {
            "queue" or "exchange" => Uri.UnescapeDataString(uri.AbsolutePath),
            "rabbitmq" or "rabbitmqs" or "amqp" or "amqps" => Uri.UnescapeDataString(uri.Segments[^1]),
            _ => "",
        };
        if (name == DirectReplyTo)
        {
            name = rabbitMq.Properties.ReplyTo ?? "";
        }

        return !string.IsNullOrWhiteSpace(name) && Encoding.UTF8.GetByteCount(name) <= LongestName && name != "/"
            ? ForQueue(name, isPlainJson, requestId)
            : null;
    }

    /// <summary>Sends an answer, from a delivery through its outbox.</summary>
    public async Task SendAsync<TAnswer>(ISendEndpointProvider endpoints, TAnswer answer, CancellationToken stop)
        where TAnswer : class
    {
        var endpoint = await endpoints.GetSendEndpoint(Destination);
        await endpoint.Send(
            answer,
            x =>
            {
                x.RequestId = RequestId;
                if (IsPlainJson)
                {
                    x.AsPlainJson();
                    x.CorrelationId = CorrelationId;
                }

                if (Queue is not null)
                {
                    x.TrySetRoutingKey(Queue);
                }
            },
            stop);
    }
}
