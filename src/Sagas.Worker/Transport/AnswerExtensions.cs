using MassTransit;
using MassTransit.Serialization;

namespace Sagas.Worker.Transport;

/// <summary>Answers a sender in the form that it wrote in.</summary>
internal static class AnswerExtensions
{
    /// <summary>Answers where the sender gave an address, otherwise does nothing.</summary>
    public static Task AnswerAsync<TAnswer>(this ConsumeContext context, TAnswer answer)
        where TAnswer : class =>
        context.ResponseAddress is null
            ? Task.CompletedTask
            : context.RespondAsync(answer, x =>
            {
                if (context.ReceiveContext.ContentType?.MediaType
                    == SystemTextJsonRawMessageSerializer.JsonContentType.MediaType)
                {
                    x.AsPlainJson();
                }
            });
}
