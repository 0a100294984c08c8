using System.Text.RegularExpressions;

namespace Sagas.Structure;

/// <summary>A file of <c>src</c>.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
/// <param name="Namespace">What it declares its types in.</param>
/// <param name="Types">The types at its top level, without their type parameters.</param>
/// <param name="Lines">How many lines it has.</param>
internal sealed partial record SourceFile(string Path, string Namespace, IReadOnlyList<string> Types, int Lines)
{
    /// <summary>The folder below <c>src</c>, for instance <c>Sagas.Engine/Definitions</c>.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/')["src/".Length..];

    /// <summary>Whether the namespace is the folder. Extension methods of MassTransit's types are in its namespace.</summary>
    public bool IsInItsFolder => Namespace == "MassTransit" || Namespace == Folder.Replace('/', '.');

    /// <summary>Reads all C# and Razor files of <c>src</c>.</summary>
    public static IReadOnlyList<SourceFile> ReadAll(string repository) =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(repository, "src"), "*.*", SearchOption.AllDirectories)
            .Where(path => System.IO.Path.GetExtension(path) is ".cs" or ".razor")
            .Where(path => !path.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(path => Read(path, System.IO.Path.GetRelativePath(repository, path).Replace('\\', '/')))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    private static SourceFile Read(string path, string name)
    {
        var lines = File.ReadAllLines(path);
        if (name.EndsWith(".razor", StringComparison.Ordinal))
        {
            var folder = System.IO.Path.GetDirectoryName(name)!.Replace('\\', '/')["src/".Length..];
            return new SourceFile(
                name, folder.Replace('/', '.'), [System.IO.Path.GetFileNameWithoutExtension(path)], lines.Length);
        }

        return new SourceFile(
            name,
            lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(x => x.Success)?.Groups[1].Value ?? "",
            [.. lines.Select(line => TypeLine().Match(line)).Where(x => x.Success).Select(x => x.Groups[1].Value)],
            lines.Length);
    }

    [GeneratedRegex(@"^namespace ([\w.]+)\s*;")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|ref|unsafe|file)\s+)*"
        + @"(?:class|struct|interface|enum|record(?:\s+struct|\s+class)?|delegate\s+[\w<>\[\],.? ]+?)\s+(\w+)")]
    private static partial Regex TypeLine();
}
