using Sagas.Engine.Definitions.Http;

namespace Sagas.Tests.Definitions.Http;

public sealed class TemplateTests
{
    [Fact]
    public void Parse_PlaceholdersAndBraces_AreToldApart()
    {
        var template = Template.Parse("a{{b}} {input.order.id}{sagaId}}}");

        template.Parts.Count.ShouldBe(4);
        template.Parts[0].ShouldBe(new TemplatePart.Literal("a{b} "));
        template.Placeholders.Select(x => x.Name).ShouldBe(["input.order.id", "sagaId"]);
        template.Parts[3].ShouldBe(new TemplatePart.Literal("}"));
        template.Single.ShouldBeNull();
    }

    [Fact]
    public void Single_NothingButAPlaceholder_IsIt() =>
        Template.Parse("{results.charge.id}").Single!.Root.ShouldBe(PlaceholderRoot.Results);

    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{input")]
    [InlineData("input}")]
    [InlineData("{}")]
    [InlineData("{ input }")]
    [InlineData("{Input}")]
    [InlineData("{input.}")]
    [InlineData("{input.a b}")]
    [InlineData("{results}")]
    [InlineData("{sagaId.x}")]
    [InlineData("{secrets.Token}")]
    public void TryParse_Mistake_IsRefusedWithAProblem(string text)
    {
        Template.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("results.a.b.c", "a.b", "c")]
    [InlineData("results.a.x.c", "a", "x.c")]
    [InlineData("results.a", "a", "")]
    public void ResultOf_NamesWithDots_TakesTheLongestStep(string name, string step, string path)
    {
        var result = TemplatePart.Placeholder.Parse(name)!.ResultOf(["a", "a.b"])!.Value;

        (result.Step, string.Join('.', result.Path)).ShouldBe((step, path));
    }

    [Fact]
    public void ResultOf_NoSuchStep_IsNothing() =>
        TemplatePart.Placeholder.Parse("results.b.c")!.ResultOf(["a", "b.d"]).ShouldBeNull();
}
