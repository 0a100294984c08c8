using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

public sealed class DefinitionFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sagas-definitions-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Load_FilesOfTheFolder_AreReadAndOthersAreNot()
    {
        Write("sagas/order.json", DefinitionText.Minimal);
        Write("sagas/order-2.json", DefinitionText.Minimal.Replace("1", "2", StringComparison.Ordinal));
        Write("sagas/README.md", "not a definition");
        Write("sagas/deeper/broken.json", "{");

        Load().Select(x => (x.Name, x.Version)).ShouldBe([("order", 1), ("order", 2)], ignoreOrder: true);
    }

    [Fact]
    public void Load_MistakesInSeveralFiles_AreAllInOneMessage()
    {
        Write("sagas/a.json", "{");
        Write("sagas/b.json", DefinitionText.WithStep("\"timeout\":\"soon\",\"tiemout\":1"));
        Write("sagas/c.json", DefinitionText.Minimal.Replace("order", "other", StringComparison.Ordinal));

        var exception = Should.Throw<SagaDefinitionException>(() => Load());

        exception.Total.ShouldBe(3);
        var lines = exception.Message.Split('\n');
        lines[0].ShouldBe("The saga definitions have 3 mistakes:");
        lines[1].ShouldStartWith("  sagas/a.json:1:2: the definition is not valid JSON: ");
        lines[2].ShouldStartWith("  sagas/b.json:1: steps[0].tiemout ");
        lines[3].ShouldStartWith("  sagas/b.json:1: steps[0].timeout is \"soon\"");
        lines.Length.ShouldBe(4);
    }

    [Fact]
    public void Load_SameNameAndVersionTwice_IsRefusedAtTheSecondFile()
    {
        Write("sagas/a.json", DefinitionText.Minimal);
        Write("sagas/b.json", DefinitionText.Minimal);

        Should.Throw<SagaDefinitionException>(() => Load()).Message.ShouldContain(
            "sagas/b.json:1: name is \"order\", which is, as version 1, the definition of sagas/a.json as well. ");
    }

    [Fact]
    public void Load_SameNameAndVersionInCodeAndFile_IsRefused()
    {
        Write("sagas/a.json", DefinitionText.Minimal);
        var inCode = SagaDefinition.Define("order", 1).Step("a", x => x.Queue("q")).Build();

        Should.Throw<SagaDefinitionException>(() => Load(inCode: inCode))
            .Message.ShouldContain("(declared in code) as well");
    }

    [Fact]
    public void Load_SameDefinitionTwiceInCode_IsRefused()
    {
        var inCode = SagaDefinition.Define("order", 1).Step("a", x => x.Queue("q")).Build();

        Should.Throw<SagaDefinitionException>(() => Load(inCode: [inCode, inCode])).Total.ShouldBe(1);
    }

    [Fact]
    public void Load_MoreMistakesThanOneReads_AreCounted()
    {
        var properties = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"x{i}\":{i}"));
        Write("sagas/a.json", DefinitionText.WithStep(properties));

        var lines = Should.Throw<SagaDefinitionException>(() => Load()).Message.Split('\n');

        lines.Length.ShouldBe(102);
        lines[0].ShouldBe("The saga definitions have 1000 mistakes:");
        lines[^1].ShouldBe("  and 900 more.");
    }

    [Fact]
    public void Load_FileOverOneMebibyte_IsRefusedUnread()
    {
        Write("sagas/full.json", DefinitionText.Minimal.PadRight(1024 * 1024));
        Load().Count.ShouldBe(1);

        Write("sagas/full.json", DefinitionText.Minimal.PadRight((1024 * 1024) + 1));
        Should.Throw<SagaDefinitionException>(() => Load())
            .Message.ShouldContain("sagas/full.json: the definition is too long");
    }

    [Fact]
    public void Load_FileFullOfMistakes_EndsQuickly()
    {
        Write("sagas/a.json", "{\"steps\":[" + string.Join(',', Enumerable.Repeat("0", 500_000)) + "]}");
        Write("sagas/b.json", "{" + string.Join(',', Enumerable.Repeat("\"stepz\":0", 100_000)) + "}");

        var started = TimeProvider.System.GetTimestamp();
        Should.Throw<SagaDefinitionException>(() => Load());

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Load_LinkToNowhere_IsReported()
    {
        Directory.CreateDirectory(Path.Combine(_root, "sagas"));
        File.CreateSymbolicLink(Path.Combine(_root, "sagas", "gone.json"), Path.Combine(_root, "nowhere.json"));

        Should.Throw<SagaDefinitionException>(() => Load())
            .Message.ShouldContain("gone.json: the definition cannot be read");
    }

    [Fact]
    public void Load_ConfiguredFolder_WinsAndMustExist()
    {
        Write("sagas/order.json", "{");
        Write("mine/order.json", DefinitionText.Minimal);

        Load(path: "mine").Count.ShouldBe(1);
        Load(path: Path.Combine(_root, "mine")).Count.ShouldBe(1);
        Should.Throw<SagaDefinitionException>(() => Load(path: "missing")).Message.ShouldContain(
            "Sagas:Definitions:Path is \"missing\", but there is no folder");
    }

    /// <summary>Here it is not there any more; one that may not be read is the same to the worker.</summary>
    [Fact]
    public void FilesOf_FolderThatCannotBeRead_SaysWhichAndWhatToDo() =>
        Should.Throw<SagaDefinitionException>(() => DefinitionFolder.FilesOf(Path.Combine(_root, "gone")))
            .Message.ShouldMatch("^The folder of the saga definitions cannot be read: .*gone.* Make it readable");

    [Fact]
    public void Load_NoFolderInTheWorkingDirectory_TakesTheOneBesideTheExecutable()
    {
        Write("bin/sagas/order.json", DefinitionText.Minimal);

        Load().Count.ShouldBe(1);
    }

    [Fact]
    public void Load_NoFolderAnywhere_IsNoDefinition() => Load().ShouldBeEmpty();

    private IReadOnlyList<SagaDeclaration> Load(string? path = null, params SagaDeclaration[] inCode) =>
        DeclarationSet.Load(new DefinitionOptions { Path = path }, inCode, [], _root, Path.Combine(_root, "bin"));

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
