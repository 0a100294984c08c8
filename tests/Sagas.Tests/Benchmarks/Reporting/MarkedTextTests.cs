using Sagas.Benchmarks.Reporting;

namespace Sagas.Tests.Benchmarks.Reporting;

public sealed class MarkedTextTests
{
    private const string Document = "before\n<!-- growth -->\nold\n<!-- /growth -->\nafter";

    [Fact]
    public void Replace_MarkedPart_LeavesTheRest() =>
        MarkedText.Replace(Document, "growth", "new\n")
            .ShouldBe("before\n<!-- growth -->\n\nnew\n\n<!-- /growth -->\nafter");

    [Fact]
    public void Replace_Twice_IsAsOnce()
    {
        var once = MarkedText.Replace(Document, "growth", "new");

        MarkedText.Replace(once, "growth", "new").ShouldBe(once);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("<!-- growth -->")]
    [InlineData("<!-- /growth --> <!-- growth -->")]
    public void Replace_NoPlace_SaysWhatIsMissing(string document) =>
        Should.Throw<InvalidOperationException>(() => MarkedText.Replace(document, "growth", "new"))
            .Message.ShouldContain("<!-- growth -->");

    [Theory]
    [InlineData("comparison")]
    [InlineData("growth")]
    public void Replace_TheDocumentOfTheseFigures_HasThePlace(string name) =>
        MarkedText.Replace(Repository.Read("docs", "performance.md"), name, "new").ShouldContain("new");
}
