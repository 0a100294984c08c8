using MassTransit;

namespace Sagas.Orchestration.Transport;

/// <summary>Answers a sender in the form that it wrote in.</summary>
internal static class AnswerExtensions
{
    /// <summary>Answers where the sender gave an address, otherwise does nothing.</summary>
    public static Task AnswerAsync<TAnswer>(this ConsumeContext context, TAnswer answer)
        where TAnswer : class =>
        AnswerAddress.Of(context.ReceiveContext) is { } address
            ? address.SendAsync(context, answer, context.CancellationToken)
            : Task.CompletedTask;
}
