using System.Text.Json;
using Sagas.Contracts.Text;

namespace Sagas.Tests.Persistence.Model;

public sealed class StorableJsonTests
{
    [Proves("message-text-not-storable")]
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

    [Theory]
    [InlineData("""{"a":1e999999}""", """{"a":"1e999999"}""")]
    [InlineData("""[-1.5E+99999999999999999999,2]""", """["-1.5E+99999999999999999999",2]""")]
    [InlineData("""[0.1e-1000]""", """["0.1e-1000"]""")]
    [InlineData("""[1e-9223372036854775808]""", """["1e-9223372036854775808"]""")]
    [InlineData("""{"a":1e1001,"b":"1e1001"}""", """{"a":"1e1001","b":"1e1001"}""")]
    public void Of_NumberThatPostgreSqlCannotKeep_BecomesText(string json, string storable)
    {
        StorableJson.HasVastNumber(JsonElement.Parse(json)).ShouldBeTrue();
        StorableJson.Of(JsonElement.Parse(json)).GetRawText().ShouldBe(storable);
    }

    [Theory]
    [InlineData("""[1.7976931348623157e308,5e-324,1e999,-1e-999,12345678901234567890]""")]
    [InlineData("""{"a":"1e999999"}""")]
    public void HasVastNumber_OrdinaryNumbers_No(string json)
    {
        StorableJson.HasVastNumber(JsonElement.Parse(json)).ShouldBeFalse();
        StorableJson.Of(JsonElement.Parse(json)).GetRawText().ShouldBe(json);
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1001, true)]
    public void HasVastNumber_ManyDigits_CountsThem(int digits, bool isVast)
    {
        var number = new string('7', digits);
        StorableJson.HasVastNumber(JsonElement.Parse($"[{number}]")).ShouldBe(isVast);
        StorableJson.HasVastNumber(JsonElement.Parse($"[0.{number}]")).ShouldBe(isVast);
    }
}
