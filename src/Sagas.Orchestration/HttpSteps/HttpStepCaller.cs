using System.Diagnostics;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Resilience;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>Makes the call that a command asks for, in its turn.</summary>
internal sealed class HttpStepCaller(
    SagaDefinitionCatalog definitions,
    HttpStepRequests requests,
    HttpExchange exchange,
    IDestinationGuard guard,
    IOptions<ExternalCallOptions> limits,
    [SagaClock] TimeProvider clock)
{
    // A call that runs into its step's deadline ends behind it, where nobody waits for its answer: that it took too
    // long is for the engine to say, and not for whichever of two timers is first.
    private static readonly TimeSpan PastDeadline = TimeSpan.FromMilliseconds(100);

    /// <summary>Carries a step out, or undoes it.</summary>
    public Task<GuardedCall> CallAsync(
        IStepCommand command, StepDirection direction, ActivityContext trace, CancellationToken stop) => RunAsync(
        command,
        direction,
        requests.Create,
        (http, outcome) => HttpAnswers.OfStep(http, direction, outcome),
        trace,
        stop);

    /// <summary>Asks whether a step is done.</summary>
    public Task<GuardedCall> AskAsync(PollHttpStep poll, ActivityContext trace, CancellationToken stop) => RunAsync(
        poll,
        poll.Direction,
        (definition, http, command) => requests.CreatePoll(definition, http, command, poll.Location),
        (http, outcome) => HttpAnswers.OfPoll(http, poll.Direction, outcome, poll.Location),
        trace,
        stop);

    private async Task<GuardedCall> RunAsync(
        IStepCommand command,
        StepDirection direction,
        Func<SagaDefinition, HttpParticipant, IStepCommand, HttpStepRequest> create,
        Func<HttpParticipant, HttpOutcome, HttpStepAnswer> read,
        ActivityContext trace,
        CancellationToken stop)
    {
        SagaDefinition definition;
        try
        {
            definition = await definitions.GetAsync(command.SagaName, command.SagaVersion, stop);
        }
        catch (SagaDefinitionException exception)
        {
            return new GuardedCall.ForAnother(DeferralCodes.DefinitionNotUsable, exception.Message);
        }

        var step = definition.Steps.First(x => x.Name == command.Step);
        var http = (HttpParticipant)DirectionPlan.Of(step, direction).Participant;
        HttpStepRequest request;
        try
        {
            request = create(definition, http, command) with { Trace = trace };
        }
        catch (HttpStepRefusedException exception) when (exception.AnotherMay)
        {
            return new GuardedCall.ForAnother(exception.Code, exception.Message);
        }
        catch (HttpStepRefusedException exception)
        {
            // A service that has begun, and cannot be asked, may well have acted.
            var refused = new HttpStepAnswer.Failed(exception.Code, exception.Message, Retryable: false);
            return new GuardedCall.Answered(command is PollHttpStep ? refused.Unsettled() : refused);
        }

        var call = await guard.RunAsync(
            $"{request.Url.Host}:{request.Url.Port}",
            $"{definition.Name}/{step.Name}",
            request.Body?.Length ?? 0,
            async token =>
            {
                var left = command.Deadline + PastDeadline - clock.GetUtcNow();
                var limit = left < limits.Value.Timeout ? left : limits.Value.Timeout;
                var wantsBody = direction == StepDirection.Execute && http.Result is not null;
                var outcome = await exchange.RunAsync(
                    request,
                    status => wantsBody && http.IsSuccess(status),
                    http.IsSuccess,
                    limit > TimeSpan.Zero ? limit : TimeSpan.Zero,
                    token);
                return Checked(read(http, outcome), request);
            },
            stop);
        return call is GuardedCall.Answered { Answer: HttpStepAnswer.ForAnother x }
            ? new GuardedCall.ForAnother(x.Code, x.Message, x.MayHaveActed)
            : call;
    }

    /// <summary>
    /// Does not let a service choose where workers ask. Whether this one may ask there does not matter yet: the question
    /// goes to any of them.
    /// </summary>
    private static HttpStepAnswer Checked(HttpStepAnswer answer, HttpStepRequest request) => answer switch
    {
        HttpStepAnswer.Ongoing { Location: { } location } when !HttpStepRequests.CouldFollow(request.Url, location) =>
            new HttpStepAnswer.Unknown(
                HttpFailureCodes.LocationRefused,
                $"{request.Url.Host}:{request.Url.Port} wants to be asked where no worker may ask: neither over http nor "
                + "over https, or over http after https.",
                Retryable: false),
        _ => answer,
    };
}
