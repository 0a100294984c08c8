using System.Text.Json;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine.Definitions.Http;
using Sagas.Orchestration.HttpSteps;
using Sagas.Tests.Orchestration.Engine;

namespace Sagas.Tests.Participants.Http;

/// <summary>
/// What is held when a request is made, and not only when a definition is loaded: a stored definition may be older than
/// the worker's settings, and a service may point anywhere.
/// </summary>
public sealed class HttpStepRequestsTests
{
    private static readonly ExecuteStep Command = new()
    {
        SagaId = Guid.NewGuid(),
        SagaName = "order",
        SagaVersion = 1,
        Step = "charge",
        Attempt = 1,
        IdempotencyKey = "key",
        Input = JsonElement.Parse("""{"id":"4711"}"""),
        Results = JsonElement.Parse("{}"),
        Deadline = DateTimeOffset.MaxValue,
    };

    [Theory]
    [InlineData("https://pay.example/a", "https://pay.example/b", true)]
    [InlineData("https://pay.example/a", "https://other.example/b", true)]
    [InlineData("http://pay.example/a", "http://other.example/b", true)]
    [InlineData("http://pay.example/a", "https://pay.example/b", true)]
    [InlineData("https://pay.example/a", "http://pay.example/b", false)]
    [InlineData("https://pay.example/a", "http://other.example/b", false)]
    [InlineData("https://pay.example/a", "https://unknown.example/b", true)]
    [InlineData("https://pay.example/a", "https://pay.example:8443/b", true)]
    [InlineData("https://pay.example/a", "ftp://pay.example/b", false)]
    [InlineData("https://pay.example/a", "file:///etc/passwd", false)]
    public void CouldFollow_IsSaidOfWhatSomeWorkerMayCall_NeverFromHttpsToHttp(string from, string to, bool could)
    {
        HttpStepRequests.CouldFollow(new Uri(from), new Uri(to)).ShouldBe(could);
    }

    [Theory]
    [InlineData("https://pay.example/b", null)]
    [InlineData("https://other.example/b", null)]
    [InlineData("https://unknown.example/b", "Sagas:Http:AllowedHosts does not have unknown.example. Add it if it may be called.")]
    [InlineData("https://pay.example:8443/b", "Sagas:Http:AllowedHosts does not have pay.example:8443. Add it if it may be called.")]
    public void ProblemOf_IsAHostThatThisWorkerDoesNotHave(string url, string? problem)
    {
        Requests("pay.example", "other.example").ProblemOf(new Uri(url)).ShouldBe(problem);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("pay.example:8443")]
    public void Create_HostIsNotAllowedAnyMore_IsRefusedWithWhatToDo(string allowed)
    {
        var exception = Should.Throw<HttpStepRefusedException>(
            () => Requests(allowed).Create(TestDefinitions.Order(), Participant(), Command));

        exception.Code.ShouldBe("HTTP_HOST_NOT_ALLOWED");
        exception.Message.ShouldBe("Sagas:Http:AllowedHosts does not have pay.example. Add it if it may be called.");
    }

    [Fact]
    public void Create_SecretIsNotConfiguredAnyMore_IsRefusedByItsName()
    {
        var headers = new Dictionary<string, HttpHeaderValue> { ["X-Key"] = HttpHeaderValue.OfSecret("Token") };

        var exception = Should.Throw<HttpStepRefusedException>(() => Requests("pay.example").Create(
            TestDefinitions.Order(), Participant() with { Headers = headers }, Command));

        exception.Code.ShouldBe("HTTP_SECRET_MISSING");
        exception.Message.ShouldBe("Sagas:Http:Secrets:Token is not set.");
    }

    [Theory]
    [InlineData("https://evil.example/jobs/7")]
    [InlineData("http://169.254.169.254/latest")]
    public void CreatePoll_LocationOfAHostThatIsNotAllowed_IsRefused(string location)
    {
        var exception = Should.Throw<HttpStepRefusedException>(() => Requests("pay.example").CreatePoll(
            TestDefinitions.Order(), Participant(), Command, new Uri(location)));

        exception.Code.ShouldBe("HTTP_HOST_NOT_ALLOWED");
    }

    private static HttpParticipant Participant() =>
        new() { Method = "POST", Url = "https://pay.example/orders/{input.id}" };

    private static HttpStepRequests Requests(params string[] allowed) =>
        new(Options.Create(new HttpOptions { AllowedHosts = [.. allowed] }));
}
