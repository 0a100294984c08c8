using System.Text.Json;
using Sagas.Worker.Orchestration;

namespace Sagas.Tests.Orchestration.Engine;

public sealed class StorableJsonTests
{
    [Theory]
    [InlineData("""{"a":"x\u0000y"}""", """{"a":"x\ufffdy"}""")]
    [InlineData("""{"\u0000":1}""", """{"\ufffd":1}""")]
    [InlineData("""["\uD83D"]""", """["\ufffd"]""")]
    [InlineData("""["\uD83D\u0041"]""", """["\ufffd\u0041"]""")]
    [InlineData("""["\uDE00"]""", """["\ufffd"]""")]
    [InlineData("""["\\\u0000"]""", """["\\\ufffd"]""")]
    public void Of_TextThatPostgreSqlRefuses_IsReplaced(string json, string storable) =>
        StorableJson.Of(JsonElement.Parse(json)).GetRawText().ShouldBe(storable);

    [Theory]
    [InlineData("""{"a":"\uD83D\uDE00","b":"\u00e9","c":[1,null]}""")]
    [InlineData("""["\\u0000","\\\\ud800"]""")]
    [InlineData("""{}""")]
    public void Of_AnyOtherJson_IsTheSame(string json) =>
        StorableJson.Of(JsonElement.Parse(json)).GetRawText().ShouldBe(json);
}
