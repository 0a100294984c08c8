using Sagas.Contracts;
using Sagas.Engine.Definitions.Http;
using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

/// <summary>What an answer means for the step, and whether it speaks against the destination.</summary>
public sealed class HttpAnswersTests
{
    private const string Host = "pay.example:443";

    private static readonly HttpParticipant Http = new() { Method = "POST", Url = "https://pay.example/" };
    private static readonly Uri Location = new("https://pay.example/jobs/7");

    [Theory]
    [InlineData(200, nameof(HttpStepAnswer.Succeeded), false, false)]
    [InlineData(202, nameof(HttpStepAnswer.Ongoing), false, false)]
    [InlineData(204, nameof(HttpStepAnswer.Succeeded), false, false)]
    [InlineData(304, nameof(HttpStepAnswer.Unknown), false, false)]
    [InlineData(400, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(401, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(404, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(408, nameof(HttpStepAnswer.Failed), true, true)]
    [InlineData(409, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(422, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(418, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(421, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(423, nameof(HttpStepAnswer.Failed), true, false)]
    [InlineData(425, nameof(HttpStepAnswer.Failed), true, false)]
    [InlineData(427, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(429, nameof(HttpStepAnswer.Failed), true, true)]
    [InlineData(451, nameof(HttpStepAnswer.Failed), false, false)]
    [InlineData(460, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(499, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(500, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(501, nameof(HttpStepAnswer.Unknown), false, true)]
    [InlineData(502, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(503, nameof(HttpStepAnswer.Failed), true, true)]
    [InlineData(504, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(505, nameof(HttpStepAnswer.Unknown), false, true)]
    [InlineData(507, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(520, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(521, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(524, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(530, nameof(HttpStepAnswer.Unknown), true, true)]
    [InlineData(599, nameof(HttpStepAnswer.Unknown), true, true)]
    public void OfStep_Status_MeansThat(int status, string kind, bool isRetryable, bool destinationFailed)
    {
        var answer = HttpAnswers.OfStep(Http, StepDirection.Execute, Answered(status));

        Describe(answer).ShouldBe((kind, isRetryable));
        answer.DestinationFailed.ShouldBe(destinationFailed);
    }

    /// <summary>Only whether it is repeated is the definition's to say: what had an effect stays what it is.</summary>
    [Proves("http-retry-on")]
    [Theory]
    [InlineData(404, nameof(HttpStepAnswer.Failed), true)]
    [InlineData(409, nameof(HttpStepAnswer.Failed), true)]
    [InlineData(501, nameof(HttpStepAnswer.Unknown), true)]
    [InlineData(520, nameof(HttpStepAnswer.Unknown), true)]
    [InlineData(304, nameof(HttpStepAnswer.Unknown), true)]
    [InlineData(429, nameof(HttpStepAnswer.Failed), false)]
    [InlineData(423, nameof(HttpStepAnswer.Failed), false)]
    [InlineData(499, nameof(HttpStepAnswer.Unknown), false)]
    [InlineData(200, nameof(HttpStepAnswer.Succeeded), false)]
    public void OfStep_DefinitionSaysAfterWhichToRepeat_OnlyThoseAreRepeated(int status, string kind, bool isRetryable)
    {
        var http = Http with { RetryOn = [304, 404, 409, HttpStatusRange.OfClass(5)] };

        Describe(HttpAnswers.OfStep(http, StepDirection.Execute, Answered(status))).ShouldBe((kind, isRetryable));
    }

    [Fact]
    public void OfStep_DefinitionSaysNeverToRepeat_NothingIsRepeated() => Describe(HttpAnswers.OfStep(
        Http with { RetryOn = [] }, StepDirection.Execute, Answered(503))).ShouldBe((nameof(HttpStepAnswer.Failed), false));

    [Fact]
    public void OfStep_NoAnswer_IsUnknownOnceSomethingWasSentAndSpeaksAgainstTheDestination()
    {
        HttpOutcome notSent = new HttpOutcome.NotSent("HTTP_NOT_REACHED", "away") { Host = Host };
        HttpOutcome lost = new HttpOutcome.Lost("HTTP_CONNECTION_LOST", "lost") { Host = Host };

        Describe(OfStep(notSent)).ShouldBe((nameof(HttpStepAnswer.Failed), true));
        Describe(OfStep(notSent with { MayHaveActed = true })).ShouldBe((nameof(HttpStepAnswer.Unknown), true));
        Describe(OfStep(lost)).ShouldBe((nameof(HttpStepAnswer.Unknown), true));
        ((HttpOutcome[])[notSent, notSent with { MayHaveActed = true }, lost]).ShouldAllBe(x => OfStep(x).DestinationFailed);
    }

    /// <summary>That the question failed says nothing of the step.</summary>
    [Theory]
    [InlineData(202, nameof(HttpStepAnswer.Ongoing), false, false)]
    [InlineData(408, nameof(HttpStepAnswer.Ongoing), false, true)]
    [InlineData(423, nameof(HttpStepAnswer.Ongoing), false, false)]
    [InlineData(425, nameof(HttpStepAnswer.Ongoing), false, false)]
    [InlineData(522, nameof(HttpStepAnswer.Ongoing), false, true)]
    [InlineData(429, nameof(HttpStepAnswer.Ongoing), false, true)]
    [InlineData(500, nameof(HttpStepAnswer.Ongoing), false, true)]
    [InlineData(503, nameof(HttpStepAnswer.Ongoing), false, true)]
    [InlineData(401, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(403, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(404, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(405, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(410, nameof(HttpStepAnswer.Unknown), true, false)]
    [InlineData(422, nameof(HttpStepAnswer.Failed), false, false)]
    public void OfPoll_Status_MeansThat(int status, string kind, bool isRetryable, bool destinationFailed)
    {
        var answer = HttpAnswers.OfPoll(Http, StepDirection.Execute, Answered(status), Location);

        Describe(answer).ShouldBe((kind, isRetryable));
        answer.DestinationFailed.ShouldBe(destinationFailed);
    }

    private static HttpOutcome.Response Answered(int status) => new(new HttpStepResponse { Status = status }) { Host = Host };

    private static HttpStepAnswer OfStep(HttpOutcome outcome) => HttpAnswers.OfStep(Http, StepDirection.Execute, outcome);

    private static (string Kind, bool IsRetryable) Describe(HttpStepAnswer answer) => (
        answer.GetType().Name,
        answer is HttpStepAnswer.Failed { Retryable: true } or HttpStepAnswer.Unknown { Retryable: true });
}
