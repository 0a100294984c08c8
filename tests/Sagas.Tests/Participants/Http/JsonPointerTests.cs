using System.Text.Json;
using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

public sealed class JsonPointerTests
{
    private const string Document = """{"a":{"b/c":[10,{"~":true}],"":"empty"},"01":1}""";

    [Theory]
    [InlineData("", Document)]
    [InlineData("/a/b~1c/0", "10")]
    [InlineData("/a/b~1c/1/~0", "true")]
    [InlineData("/a/", "\"empty\"")]
    [InlineData("/01", "1")]
    public void TryFind_Value_IsFound(string place, string value)
    {
        JsonPointer.TryFind(JsonElement.Parse(Document), place, out var found).ShouldBeTrue();
        found.GetRawText().ShouldBe(value);
    }

    [Theory]
    [InlineData("/b")]
    [InlineData("/a/b~1c/2")]
    [InlineData("/a/b~1c/00")]
    [InlineData("/a/b~1c/-")]
    [InlineData("/a/b~1c/0/x")]
    public void TryFind_NoValue_IsNotFound(string place) =>
        JsonPointer.TryFind(JsonElement.Parse(Document), place, out _).ShouldBeFalse();
}
