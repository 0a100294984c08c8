using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sagas.Tests.Documentation;

/// <summary>
/// A row of the failure matrix is worth what proves it: its tests are those that are marked with its id
/// (<see cref="ProvesAttribute"/>), no more and no fewer. Read from the sources, since they are of two assemblies.
/// </summary>
public sealed partial class FailureMatrixTests
{
    private const int Columns = 5;
    private static readonly string Root = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", ".."));

    [Fact]
    public void Rows_Always_HaveAnIdOfTheirOwnAndATest()
    {
        var rows = ReadRows();

        rows.Count.ShouldBeGreaterThan(40);
        rows.Where(row => row.Length != Columns).Select(row => row[0]).ShouldBeEmpty("rows of another form");
        rows.Where(row => !NamedTest().IsMatch(row[^2])).Select(row => row[0]).ShouldBeEmpty("rows without a test");
        rows.Select(row => row[^1]).ShouldAllBe(id => RowId().IsMatch(id));
        rows.Select(row => row[^1]).ShouldBeUnique();
    }

    [Fact]
    public void Rows_Always_NameTheTestsThatAreMarkedWithTheirId()
    {
        var marked = ReadTests().SelectMany(test => test.Rows.Select(row => $"{row}: {test.Name}")).Order().ToList();

        var named = ReadRows()
            .SelectMany(row => NamedTest().Matches(row[^2]).Select(x => $"{row[^1].Trim('`')}: {x.Groups["name"].Value}"))
            .Order()
            .ToList();

        named.Except(marked).ShouldBeEmpty("named in docs/failure-matrix.md, and not marked with [Proves]");
        marked.Except(named).ShouldBeEmpty("marked with [Proves], and not named in that row of docs/failure-matrix.md");
    }

    private static IEnumerable<(string Name, IEnumerable<string> Rows)> ReadTests() => Directory
        .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(path => TestMethod().Matches(File.ReadAllText(path)).Select(match => (
            $"{Path.GetFileNameWithoutExtension(path)}.{match.Groups["name"].Value}",
            match.Groups["row"].Captures.Select(x => x.Value))));

    private static List<string[]> ReadRows() =>
    [
        .. File.ReadLines(Path.Combine(Root, "docs", "failure-matrix.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .Where(cells => cells[0] is not ("what fails" or "---")),
    ];

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(
        @"(\[Proves\(""(?<row>[^""]+)""\)\]\s+)*\[(Fact|Theory)[\s\S]*?\b(Task|void) (?<name>\w+)\(",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`(?<name>\w+\.\w+_\w+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex("^`[a-z]+(-[a-z]+)+`$")]
    private static partial Regex RowId();
}
