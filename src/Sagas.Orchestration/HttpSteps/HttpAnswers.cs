using Microsoft.AspNetCore.WebUtilities;
using Sagas.Contracts;
using Sagas.Engine.Definitions.Http;
using Sagas.Orchestration.Transport.PlainJson;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// What a service's answer means for a step. <c>Failed</c> is said only of what had no effect for certain; whatever
/// leaves that open is unknown, so that the next attempt has the same key, and a compensation covers the step.
/// </summary>
internal static class HttpAnswers
{
    /// <summary>The answer to the step's own request.</summary>
    public static HttpStepAnswer OfStep(HttpParticipant http, StepDirection direction, HttpOutcome outcome)
    {
        var answer = outcome switch
        {
            HttpOutcome.NotSent x => new HttpStepAnswer.Failed(x.Code, x.Message, Retryable: true)
            {
                DestinationFailed = true,
            },
            HttpOutcome.Lost x => new HttpStepAnswer.Unknown(x.Code, x.Message) { DestinationFailed = true },
            HttpOutcome.Refused { MayHaveActed: false, Code: HttpFailureCodes.RedirectRefused } x =>
                new HttpStepAnswer.Failed(x.Code, x.Message, Retryable: false),
            HttpOutcome.Refused x => new HttpStepAnswer.Unknown(x.Code, x.Message, Retryable: false),
            HttpOutcome.ForAnother x => new HttpStepAnswer.ForAnother(x.Code, x.Message, x.MayHaveActed),
            HttpOutcome.Response x => OfResponse(http, direction, x.Content, x.Host),
            _ => throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of a request."),
        };
        return outcome.MayHaveActed ? answer.Unsettled() : answer;
    }

    /// <summary>The answer to the question whether the service is done.</summary>
    public static HttpStepAnswer OfPoll(
        HttpParticipant http, StepDirection direction, HttpOutcome outcome, Uri location)
    {
        // That the question failed says nothing of the step: it is asked again.
        switch (outcome)
        {
            case HttpOutcome.NotSent or HttpOutcome.Lost:
                return new HttpStepAnswer.Ongoing(location, AskAfter: null) { DestinationFailed = true };
            case HttpOutcome.Refused x:
                return new HttpStepAnswer.Unknown(x.Code, x.Message, Retryable: false);
            case HttpOutcome.Response { Content: var response }
                when HttpStatusTable.IsAskedAgain(response.Status) && !http.IsSuccess(response.Status):
                return new HttpStepAnswer.Ongoing(location, response.RetryAfter)
                {
                    DestinationFailed = HttpStatusTable.IsUnwell(response.Status),
                };
            case HttpOutcome.Response { Content: { Status: 401 or 403 or 404 or 405 or 410 } response, Host: var host }
                when !http.IsSuccess(response.Status):
                return new HttpStepAnswer.Unknown(
                    HttpFailureCodes.Status(response.Status),
                    $"Asked whether it is done, {Describe(response, host)}");
            case HttpOutcome.Response { Content: { Status: 202 } response } when !http.IsSuccess(202):
                return new HttpStepAnswer.Ongoing(response.Location ?? location, response.RetryAfter);
            default:
                return OfStep(http, direction, outcome);
        }
    }

    private static HttpStepAnswer OfResponse(
        HttpParticipant http, StepDirection direction, HttpStepResponse response, string host)
    {
        var status = response.Status;
        if (http.IsSuccess(status))
        {
            return OfSuccess(http, direction, response, host);
        }

        if (status == 202)
        {
            return new HttpStepAnswer.Ongoing(response.Location, response.RetryAfter);
        }

        var (code, message) = (HttpFailureCodes.Status(status), Describe(response, host));
        var isRetried = HttpStatusTable.IsRetried(http, status);
        var retryAfter = isRetried ? response.RetryAfter : null;
        if (isRetried && response.HasUnreadableRetryAfter)
        {
            message += " Its Retry-After is neither seconds nor a date, and changes nothing.";
        }

        HttpStepAnswer answer = HttpStatusTable.HadNoEffect(status)
            ? new HttpStepAnswer.Failed(code, message, isRetried, retryAfter)
            : new HttpStepAnswer.Unknown(code, message, isRetried, retryAfter);
        return answer with { DestinationFailed = HttpStatusTable.IsUnwell(status) };
    }

    private static HttpStepAnswer OfSuccess(
        HttpParticipant http, StepDirection direction, HttpStepResponse response, string host)
    {
        if (direction == StepDirection.Compensate || http.Result is not { } pointer)
        {
            return new HttpStepAnswer.Succeeded(Result: null);
        }

        if (response is { IsJson: true, Body: { } body }
            && ForeignJson.TryRead(body, response.Charset, pointer.Count(x => x == '/') + ForeignJson.MostLevels, out var json)
            && JsonPointer.TryFind(json, pointer, out var result))
        {
            return new HttpStepAnswer.Succeeded(ForeignJson.Flatten(result));
        }

        // It acted, but what the definition wants of the answer is not there: repeating it would not change that.
        return pointer.Length == 0
            ? new HttpStepAnswer.Succeeded(Result: null)
            : new HttpStepAnswer.Unknown(
                HttpFailureCodes.ResultNotFound,
                $"{host} answered {response.Status}, but its body {(response.IsJson ? "has" : "is not JSON and has")} "
                + $"nothing at \"{pointer}\", where the definition says that the result is.",
                Retryable: false);
    }

    private static string Describe(HttpStepResponse response, string host) =>
        $"{host} answered {response.Status} {ReasonPhrases.GetReasonPhrase(response.Status)}".TrimEnd() + ".";
}
