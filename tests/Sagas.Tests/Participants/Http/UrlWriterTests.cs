using System.Text.Json;
using Sagas.Contracts;
using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

/// <summary>No value of a saga gets out of its place in a URL.</summary>
public sealed class UrlWriterTests
{
    [Theory]
    [InlineData("?a=b", "https://p.example/x/%3Fa%3Db/y?q=1")]
    [InlineData("#a", "https://p.example/x/%23a/y?q=1")]
    [InlineData("a/b", "https://p.example/x/a%2Fb/y?q=1")]
    [InlineData("a\\b", "https://p.example/x/a%5Cb/y?q=1")]
    [InlineData("@evil.example", "https://p.example/x/%40evil.example/y?q=1")]
    [InlineData("//evil.example", "https://p.example/x/%2F%2Fevil.example/y?q=1")]
    [InlineData("a\r\nHost: evil", "https://p.example/x/a%0D%0AHost%3A%20evil/y?q=1")]
    [InlineData("%2e%2e", "https://p.example/x/%252e%252e/y?q=1")]
    [InlineData("...", "https://p.example/x/.../y?q=1")]
    [InlineData("{input.b}", "https://p.example/x/%7Binput.b%7D/y?q=1")]
    public void Write_ValueInThePath_StaysInItsSegment(string value, string url) =>
        Write("https://p.example/x/{input.a}/y?q=1", value).AbsoluteUri.ShouldBe(url);

    [Proves("http-input-chooses-target")]
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    public void Write_ValueThatChangesThePath_IsRefused(string value) =>
        Should.Throw<HttpStepRefusedException>(() => Write("https://p.example/x/{input.a}/y", value))
            .Code.ShouldBe("HTTP_PLACEHOLDER_INVALID");

    [Fact]
    public void Write_PartsThatTogetherChangeThePath_AreRefused() =>
        Should.Throw<HttpStepRefusedException>(() => Write("https://p.example/x/.{input.a}/y", "."));

    [Theory]
    [InlineData("a&b=c", "?q=a%26b%3Dc&r=1")]
    [InlineData("a#b+c d", "?q=a%23b%2Bc%20d&r=1")]
    [InlineData("../..", "?q=..%2F..&r=1")]
    [InlineData("", "?q=&r=1")]
    public void Write_ValueInTheQuery_StaysInItsValue(string value, string query) =>
        Write("https://p.example/?q={input.a}&r=1", value).Query.ShouldBe(query);

    private static Uri Write(string template, string value)
    {
        var command = new ExecuteStep
        {
            SagaId = Guid.NewGuid(),
            SagaName = "order",
            SagaVersion = 1,
            Step = "charge",
            Attempt = 1,
            IdempotencyKey = "k/1",
            Input = JsonSerializer.SerializeToElement(new { a = value }),
            Results = JsonElement.Parse("{}"),
            Deadline = DateTimeOffset.MaxValue,
        };
        return UrlWriter.Write(template, new PlaceholderValues(command, []));
    }
}
