using System.Text;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

/// <summary>Short ways to write definitions and to have them checked.</summary>
internal static class DefinitionText
{
    public const string Minimal = """{"name":"order","version":1,"steps":[{"name":"a","queue":"q"}]}""";

    /// <summary>A definition with one step, whose properties beside name and queue are given.</summary>
    public static string WithStep(string properties) =>
        $$"""{"name":"order","version":1,"steps":[{"name":"a","queue":"q",{{properties}}}]}""";

    public static SagaDeclaration Declare(string json)
    {
        var (declaration, mistakes) = Check(json);
        mistakes.Mistakes.ShouldBeEmpty();
        return declaration!;
    }

    public static (SagaDeclaration? Declaration, MistakeList Mistakes) Check(string json) =>
        Check(Encoding.UTF8.GetBytes(json));

    public static (SagaDeclaration? Declaration, MistakeList Mistakes) Check(byte[] json)
    {
        var mistakes = new MistakeList("order.json");
        var declaration = DeclarationReader.Read(json, mistakes);
        if (declaration is not null)
        {
            DeclarationRules.Check(declaration, mistakes);
        }

        return (declaration, mistakes);
    }

    public static string[] MistakesOf(string json) => [.. Check(json).Mistakes.Mistakes.Select(x => x.ToString())];
}
