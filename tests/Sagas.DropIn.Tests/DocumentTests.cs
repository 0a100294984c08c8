using System.Text.RegularExpressions;

namespace Sagas.DropIn.Tests;

/// <summary>
/// The code of docs/masstransit.md is code of this project, which has MassTransit and the package, and no other using of
/// theirs.
/// </summary>
public sealed partial class DocumentTests
{
    private static readonly string Root = Find();
    private static readonly string Code = Path.Combine(Root, "tests", "Sagas.DropIn.Tests");

    [Fact]
    public void Snippets_OfTheDocument_AreCodeOfThisProject()
    {
        var files = Directory.GetFiles(Path.Combine(Code, "Snippets"), "*.cs")
            .Select(file => Normal(File.ReadAllText(file)))
            .ToList();

        var snippets = Snippet()
            .Matches(File.ReadAllText(Path.Combine(Root, "docs", "masstransit.md")))
            .Select(match => Normal(match.Groups["code"].Value))
            .ToList();

        snippets.Count.ShouldBeGreaterThan(4);
        snippets.Where(snippet => !files.Any(file => file.Contains(snippet, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Usings_Always_AreThoseOfMovedCode()
    {
        Directory.GetFiles(Code, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Using().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Where(name => !name.StartsWith("Sagas.DropIn.", StringComparison.Ordinal))
            .Distinct()
            .Order()
            .ShouldBe(["MassTransit", "Sagas.Persistence"]);
    }

    private static string Normal(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sagas.sln")))
        {
            folder = folder.Parent.ShouldNotBeNull();
        }

        return folder.FullName;
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"^using (?<name>(?:Sagas|MassTransit)[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
