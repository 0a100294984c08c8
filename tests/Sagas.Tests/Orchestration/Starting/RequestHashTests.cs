using System.Text.Json;
using Sagas.Contracts;
using Sagas.Orchestration.Starting;

namespace Sagas.Tests.Orchestration.Starting;

public sealed class RequestHashTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"x":[1,2],"y":null}}""", """{ "b": {"y": null, "x": [1, 2]}, "a": 1 }""")]
    [InlineData("{}", "{ }")]
    public void Of_OtherOrderAndWhiteSpace_IsTheSame(string one, string other) =>
        RequestHash.Of(Request(one)).ShouldBe(RequestHash.Of(Request(other)));

    [Theory]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":null}""", "{}")]
    public void Of_OtherInput_IsAnother(string one, string other) =>
        RequestHash.Of(Request(one)).ShouldNotBe(RequestHash.Of(Request(other)));

    [Fact]
    public void Of_OtherNameOrVersion_IsAnother()
    {
        var request = Request("{}");

        new[]
        {
            request, request with { SagaName = "other" }, request with { Version = 2 }, request with { SagaId = Guid.NewGuid() },
        }.Select(RequestHash.Of).ShouldBeUnique();
    }

    [Fact]
    public void Of_NoInput_IsThatOfAnEmptyObject() =>
        RequestHash.Of(new StartSaga { SagaName = "order" }).ShouldBe(RequestHash.Of(Request("{}")));

    private static StartSaga Request(string input) => new() { SagaName = "order", Input = JsonElement.Parse(input) };
}
