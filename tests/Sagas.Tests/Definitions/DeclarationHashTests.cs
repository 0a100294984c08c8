namespace Sagas.Tests.Definitions;

public sealed class DeclarationHashTests
{
    private static readonly string Hash = Of("\"timeout\":\"60s\",\"compensation\":true");

    [Fact]
    public void Hash_OfAKnownDefinition_StaysWhatItIs() =>
        DefinitionText.Declare(DefinitionText.Minimal).Hash.ShouldBe(
            "f6d6e6a521507196210c7a583d9e6148b5a530d895e1ae23bc0f6d363f9dd1f4");

    [Theory]
    [InlineData("\"compensation\":true,\"timeout\":\"60s\"")]
    [InlineData("  \"timeout\" :\n \"60s\",\t\"compensation\" : true ")]
    [InlineData("\"timeout\":\"1m\",\"compensation\":{}")]
    [InlineData("\"timeout\":\"60000ms\",\"compensation\":{\"retry\":{}},\"retry\":{}")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":true,\"critical\":false,\"pivot\":false,\"format\":\"envelope\"")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":{\"queue\":\"q\",\"format\":\"envelope\"}")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":{\"results\":[]}")]
    public void Hash_SameMeaning_IsTheSame(string properties) => Of(properties).ShouldBe(Hash);

    [Theory]
    [InlineData("\"compensation\":true")]
    [InlineData("\"timeout\":\"61s\",\"compensation\":true")]
    [InlineData("\"timeout\":\"60s\"")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":{\"timeout\":\"300s\"}")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":true,\"critical\":true")]
    [InlineData("\"timeout\":\"60s\",\"pivot\":true")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":true,\"results\":[]")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":true,\"format\":\"json\"")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":{\"queue\":\"r\"}")]
    [InlineData("\"timeout\":\"60s\",\"compensation\":true,\"retry\":{\"retries\":3}")]
    public void Hash_OtherMeaning_IsAnotherOne(string properties) => Of(properties).ShouldNotBe(Hash);

    [Fact]
    public void Hash_DescriptionAndSchema_DoNotCount() =>
        DefinitionText.Declare(
            """{"$schema":"x","description":"y","steps":[{"queue":"q","name":"a"}],"version":1,"name":"order"}""")
            .Hash.ShouldBe(DefinitionText.Declare(DefinitionText.Minimal).Hash);

    [Fact]
    public void Hash_OrderOfSteps_Counts()
    {
        var there = """{"name":"o","version":1,"steps":[{"name":"a","queue":"q"},{"name":"b","queue":"q"}]}""";
        var back = """{"name":"o","version":1,"steps":[{"name":"b","queue":"q"},{"name":"a","queue":"q"}]}""";

        DefinitionText.Declare(there).Hash.ShouldNotBe(DefinitionText.Declare(back).Hash);
    }

    private static string Of(string properties) => DefinitionText.Declare(DefinitionText.WithStep(properties)).Hash;
}
