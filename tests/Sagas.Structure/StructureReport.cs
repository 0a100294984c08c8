namespace Sagas.Structure;

/// <summary>Writes what the structure of <c>src</c> is, in figures that can be compared from one version to the next.</summary>
internal static class StructureReport
{
    private const int Small = 20;
    private const int MostNamed = 10;

    public static void Write(SourceGraph graph, IReadOnlyList<string> way, TextWriter output)
    {
        var files = graph.Files;
        var lines = files.Select(x => x.Lines).Order().ToList();
        output.WriteLine($"files                        {files.Count}");
        output.WriteLine($"lines, median and largest    {lines[lines.Count / 2]} and {lines[^1]}");
        output.WriteLine($"files of at most {Small} lines    {Share(files.Count(x => x.Lines <= Small), files.Count)}");
        output.WriteLine(
            $"namespace is not the folder  {Share(files.Count(x => x.Namespace.Length > 0 && !x.IsInItsFolder), files.Count)}");

        var folders = files.Select(x => x.Folder).Distinct().Count();
        var cycles = graph.Cycles;
        output.WriteLine($"folders in a cycle           {cycles.Sum(x => x.Count)} of {folders}");
        foreach (var cycle in cycles)
        {
            output.WriteLine($"  {string.Join(", ", cycle)}");
            var arrows = graph.Folders
                .Where(x => cycle.Contains(x.Key.From) && cycle.Contains(x.Key.To))
                .OrderBy(x => x.Value).ThenBy(x => x.Key.From, StringComparer.Ordinal).ThenBy(x => x.Key.To, StringComparer.Ordinal)
                .Take(MostNamed);
            foreach (var ((from, to), count) in arrows)
            {
                output.WriteLine($"    {count,4}  {from} -> {to}");
            }
        }

        var passed = way.Select(graph.FileOf).OfType<SourceFile>().Distinct().ToList();
        var types = way.Where(x => graph.FileOf(x) is not null).Select(x => x.Split('+')[0].Split('`')[0]).Distinct().Count();
        output.WriteLine(
            $"way of a reply               {types} types in {passed.Count} files of "
            + $"{passed.Select(x => x.Folder).Distinct().Count()} folders");
        foreach (var folder in passed.GroupBy(x => x.Folder).OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            output.WriteLine(
                $"  {folder.Key}: {string.Join(", ", folder.Select(x => Path.GetFileNameWithoutExtension(x.Path)).Order(StringComparer.Ordinal))}");
        }

        output.WriteLine("largest files");
        foreach (var file in files.OrderByDescending(x => x.Lines).Take(MostNamed))
        {
            output.WriteLine($"  {file.Lines,4}  {file.Path}");
        }
    }

    private static string Share(int part, int all) => $"{part} ({100.0 * part / all:0} %)";
}
