using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sagas.Orchestration.Transport.PlainJson;

namespace Sagas.Tests.Transport;

/// <summary>A service or a participant may legally answer much more than the JSON that everybody expects.</summary>
public sealed class ForeignJsonTests
{
    [Theory]
    [InlineData("utf-8", null)]
    [InlineData("utf-8", "iso-8859-1")]
    [InlineData("utf-8", "no-such-charset")]
    [InlineData("utf-8", "utf-7")]
    [InlineData("iso-8859-1", "\"ISO-8859-1\"")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf-16BE", "utf-16BE")]
    [InlineData("utf-32", "utf-32")]
    public void TryRead_Encoding_IsFound(string encoding, string? charset)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes("""{"id":"ü"}""");

        ForeignJson.TryRead(bytes, charset, ForeignJson.MostLevels, out var json).ShouldBeTrue();
        json.GetRawText().ShouldBe("""{"id":"ü"}""");
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void TryRead_ByteOrderMark_IsUnderstoodWithoutACharset(string encoding)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes("\uFEFF{}");

        ForeignJson.TryRead(bytes, charset: null, ForeignJson.MostLevels, out var json).ShouldBeTrue();
        json.GetRawText().ShouldBe("{}");
    }

    [Theory]
    [InlineData("""{"a":"\ud800","\udc00":1}""", """{"a":"\ufffd","\ufffd":1}""")]
    [InlineData("""{"a":"\u0000"}""", """{"a":"\ufffd"}""")]
    [InlineData("[1e999999]", "[\"1e999999\"]")]
    [InlineData("""{"a":1,"a":2}""", """{"a":1,"a":2}""")]
    public void TryRead_WhatNoDatabaseKeeps_IsReplaced(string body, string kept)
    {
        ForeignJson.TryRead(Encoding.UTF8.GetBytes(body), charset: null, ForeignJson.MostLevels, out var json).ShouldBeTrue();
        json.GetRawText().ShouldBe(kept);
    }

    [Fact]
    public void TryRead_BytesThatAreNoUtf8_AreReplaced()
    {
        ForeignJson.TryRead((byte[])[.. "[\""u8, 0xFF, .. "\"]"u8], charset: null, ForeignJson.MostLevels, out var json).ShouldBeTrue();
        json.GetRawText().ShouldBe("[\"\uFFFD\"]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("<html/>")]
    [InlineData("NaN")]
    [InlineData("not json")]
    [InlineData("[1,,]")]
    [InlineData("[,]")]
    [InlineData("{,}")]
    [InlineData("{\"a\":,}")]
    [InlineData("[1 2]")]
    [InlineData("{\"a\" \"b\"}")]
    [InlineData("[\"a]")]
    [InlineData("[1] /* no end")]
    public void TryRead_NoJson_IsNone(string body) =>
        ForeignJson.TryRead(Encoding.UTF8.GetBytes(body), "utf-8", ForeignJson.MostLevels, out _).ShouldBeFalse();

    [Trait("Pace", "Slow")]
    [Theory]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void TryRead_AnyDepth_CanBeSentAndKept(int levels)
    {
        var body = new string('[', levels) + new string(']', levels);
        ForeignJson.TryRead(Encoding.UTF8.GetBytes(body), charset: null, ForeignJson.MostLevels, out var json).ShouldBeTrue();

        var flat = json.GetRawText();

        ForeignJson.Flatten(json).GetRawText().ShouldBe(flat);
        flat.Replace("\"", "", StringComparison.Ordinal).ShouldBe(body);
        JsonDocument.Parse(flat, new JsonDocumentOptions { MaxDepth = 47 }).Dispose();
    }

    /// <summary>As .NET reads them, each of these takes minutes.</summary>
    [Proves("http-body-slow-to-read")]
    [Theory]
    [InlineData("[", 1_000_000, "]")]
    [InlineData("{\"a\":", 500_000, "}")]
    [InlineData("[/**/", 300_000, ",]")]
    [InlineData("[", 1_000_000, "")]
    [InlineData("[NaN,", 300_000, "")]
    [InlineData("[\"", 1, "\\u0041\"]", 2_000_000)]
    public void TryRead_MadeToBeSlow_TakesNoTime(string open, int levels, string close, int backslashes = 0)
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(
            string.Concat(Enumerable.Repeat(open, levels)),
            "1",
            new string('\\', backslashes),
            string.Concat(Enumerable.Repeat(close, levels))));
        var started = Stopwatch.GetTimestamp();

        ForeignJson.TryRead(body, charset: null, ForeignJson.MostLevels, out _).ShouldBe(close.Length > 0);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Proves("message-reply-almost-json")]
    [Theory]
    [InlineData("[NaN,-Infinity,+Infinity]", """["NaN","-Infinity","+Infinity"]""")]
    [InlineData("""{"a":NaN,}""", """{"a":"NaN" }""")]
    [InlineData("[1,2,/* three */]", "[1,2  ]")]
    [InlineData("{\"a\":\"b\nc\"} // done", """{"a":"b\u000ac"} """)]
    [InlineData("[.5,5.,1e5,-0,01]", """[".5","5.",1e5,-0,"01"]""")]
    [InlineData("""{a:"NaN,]/*"}""", """{"a":"NaN,]/*"}""")]
    public void TryRead_AlmostJson_IsTakenForWhatItCanOnlyMean(string body, string kept)
    {
        ForeignJson.TryRead(Encoding.UTF8.GetBytes(body), charset: null, ForeignJson.MostLevels, out var json).ShouldBeTrue();
        json.GetRawText().ShouldBe(kept.TrimEnd());
    }
}
