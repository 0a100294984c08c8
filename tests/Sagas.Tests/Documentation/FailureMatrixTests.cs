using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sagas.Tests.Documentation;

/// <summary>
/// A row of the failure matrix is worth what proves it: every row names a test, and every test is there.
/// </summary>
public sealed partial class FailureMatrixTests
{
    private const int Columns = 4;
    private static readonly string Root = Path.GetFullPath(Path.Combine(ThisFolder(), "..", "..", ".."));

    [Fact]
    public void Rows_Always_NameTestsThatExist()
    {
        var tests = Directory
            .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => TestMethod().Matches(File.ReadAllText(path))
                .Select(match => $"{Path.GetFileNameWithoutExtension(path)}.{match.Groups["name"].Value}"))
            .ToHashSet();
        var rows = ReadRows();

        rows.Count.ShouldBeGreaterThan(40);
        rows.Where(row => row.Length != Columns).ShouldBeEmpty();
        rows.Where(row => !NamedTest().IsMatch(row[^1])).Select(row => row[0]).ShouldBeEmpty("rows without a test");
        rows.SelectMany(row => NamedTest().Matches(row[^1])).Select(match => match.Groups["name"].Value)
            .Where(name => !tests.Contains(name))
            .ShouldBeEmpty("tests that do not exist");
    }

    private static List<string[]> ReadRows() =>
    [
        .. File.ReadLines(Path.Combine(Root, "docs", "failure-matrix.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .Where(cells => cells[0] is not ("what fails" or "---")),
    ];

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"\[(Fact|Theory)[\s\S]*?\b(Task|void) (?<name>\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`(?<name>\w+\.\w+_\w+)`")]
    private static partial Regex NamedTest();
}
