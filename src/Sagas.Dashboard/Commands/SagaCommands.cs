using MassTransit;
using Sagas.Contracts;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Transport;

namespace Sagas.Dashboard.Commands;

/// <summary>
/// Starts sagas and steers them, for the API and the page: over the worker's own queue, as everybody does. The answer
/// comes after the commit, so that what is accepted is durable.
/// </summary>
/// <param name="bus">The bus itself: what is asked is not part of anybody's transaction.</param>
/// <param name="signatures">Says who asks, so that the worker that takes the message believes it.</param>
internal sealed class SagaCommands(IBus bus, CallerSignatures signatures)
{
    // Callers give up earlier. It is what the broker keeps an unread request for.
    private static readonly RequestTimeout Longest = RequestTimeout.After(m: 2);

    /// <summary>Starts a saga.</summary>
    /// <param name="request">What to start. Without an idempotency key a repetition starts another saga.</param>
    /// <param name="caller">Who starts it.</param>
    /// <param name="giveUp">Ends the wait. The saga may start all the same.</param>
    public Task<Answer<SagaAccepted>> StartAsync(StartSaga request, string caller, CancellationToken giveUp) =>
        AskAsync<StartSaga, SagaAccepted>(request, caller, giveUp);

    /// <summary>Takes a suspended saga up again at the step where it stopped.</summary>
    public Task<Answer<CommandAccepted>> RetryAsync(RetrySaga command, CancellationToken giveUp) =>
        AskAsync<RetrySaga, CommandAccepted>(command, command.Operator, giveUp);

    /// <summary>Takes a suspended saga up again behind the step where it stopped.</summary>
    public Task<Answer<CommandAccepted>> SkipAsync(SkipStep command, CancellationToken giveUp) =>
        AskAsync<SkipStep, CommandAccepted>(command, command.Operator, giveUp);

    /// <summary>Undoes a running saga.</summary>
    public Task<Answer<CommandAccepted>> CancelAsync(CancelSaga command, CancellationToken giveUp) =>
        AskAsync<CancelSaga, CommandAccepted>(command, command.Operator, giveUp);

    /// <summary>Ends a suspended saga as it is.</summary>
    public Task<Answer<CommandAccepted>> AbortAsync(AbortSaga command, CancellationToken giveUp) =>
        AskAsync<AbortSaga, CommandAccepted>(command, command.Operator, giveUp);

    // The request is given up, not cancelled: see ConfirmedSendExtensions.
    private async Task<Answer<TAnswer>> AskAsync<TRequest, TAnswer>(
        TRequest request, string caller, CancellationToken giveUp)
        where TRequest : class
        where TAnswer : class
    {
        var client = bus.CreateRequestClient<TRequest>(SagaAddresses.Worker, Longest);
        var messageId = NewId.NextGuid();
        var signature = await signatures.SignAsync(request, messageId, caller, giveUp);
        var response = await client
            .GetResponse<TAnswer, RequestRefused>(
                request,
                x => x.UseExecute(context =>
                {
                    context.MessageId = messageId;
                    context.Headers.Set(CallerSignatures.Header, signature);
                }),
                CancellationToken.None)
            .WaitAsync(giveUp);
        return response.Is(out Response<TAnswer>? accepted)
            ? new Answer<TAnswer>(accepted.Message, null)
            : new Answer<TAnswer>(null, (RequestRefused)response.Message);
    }
}
