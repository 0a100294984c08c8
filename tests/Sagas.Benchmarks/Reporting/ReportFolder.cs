namespace Sagas.Benchmarks.Reporting;

/// <summary>The folder of the document that reports are part of.</summary>
internal sealed class ReportFolder(string path)
{
    private string Document => Path.Combine(path, "performance.md");

    /// <summary>Fails before anything is measured, not after, if there is no place for the report.</summary>
    /// <exception cref="IOException">There is no document.</exception>
    /// <exception cref="InvalidOperationException">It has no place for that report.</exception>
    public async Task CheckAsync(string name, CancellationToken stop) =>
        MarkedText.Replace(await File.ReadAllTextAsync(Document, stop), name, "");

    /// <summary>Writes tables into the document, and a picture beside it.</summary>
    public async Task WriteAsync(string name, string tables, string picture, CancellationToken stop)
    {
        var document = await File.ReadAllTextAsync(Document, stop);
        await File.WriteAllTextAsync(Path.Combine(path, $"performance-{name}.svg"), picture, stop);
        var content = $"![{name}](performance-{name}.svg)\n\n{tables}";
        await File.WriteAllTextAsync(Document, MarkedText.Replace(document, name, content), stop);
    }
}
