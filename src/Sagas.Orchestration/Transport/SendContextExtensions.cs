using MassTransit;
using MassTransit.Serialization;

namespace Sagas.Orchestration.Transport;

/// <summary>What the worker says about a message on its way.</summary>
internal static class SendContextExtensions
{
    /// <summary>
    /// Writes the message itself as the body, and its type's name into the AMQP property <c>type</c>.
    /// </summary>
    /// <param name="context">The message on its way.</param>
    /// <param name="replyTo">The queue for the AMQP property <c>reply_to</c>, if an answer is wanted.</param>
    public static void AsPlainJson<T>(this SendContext<T> context, string? replyTo = null)
        where T : class
    {
        context.Serializer = new SystemTextJsonRawMessageSerializer();
        if (context is RabbitMqSendContext rabbitMq)
        {
            rabbitMq.BasicProperties.Type = typeof(T).Name;
            rabbitMq.BasicProperties.ReplyTo = replyTo;
        }
    }

    /// <summary>Has the broker return the message instead of dropping it when no queue takes it.</summary>
    public static void MustBeRouted(this SendContext context)
    {
        if (context is RabbitMqSendContext rabbitMq)
        {
            rabbitMq.Mandatory = true;
        }
    }
}
