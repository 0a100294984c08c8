namespace Sagas.Tests.Operations.CommandLine;

public sealed class ValidateCommandTests : IDisposable
{
    private const string Right = """{"name":"order","version":1,"steps":[{"name":"a","queue":"q"},{"name":"b","queue":"q"}]}""";

    private const string Http = """
        {"name":"call","version":1,"steps":[{"name":"a","http":{"method":"POST","url":"https://payments.example/pay"}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-validate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Validate_RightFileAndFolder_SaysWhatTheyDefine()
    {
        var file = Write("order.json", Right);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "more")).FullName;
        Write("more/other.json", Right.Replace("order", "other", StringComparison.Ordinal));

        var run = await CommandRun.PipedAsync("validate", file, folder);

        run.ExitCode.ShouldBe(0);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain($"{file}: order version 1, 2 steps");
        run.Lines[^1].ShouldBe("2 files, no mistakes.");
    }

    [Fact]
    public async Task Validate_Mistakes_AreAllToldWithFileLinePathValueAndWhatIsAllowed()
    {
        var file = Write("bad.json", "{\n\"name\":\"order\",\n\"version\":0,\n\"steps\":[{\"name\":\"a\",\"queue\":\"q\",\"timeout\":\"1ms\"}]\n}");
        var broken = Write("broken.json", "{");

        var run = await CommandRun.PipedAsync("validate", file, broken);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain($"{file}:3: version is 0, which");
        run.Output.ShouldContain($"{file}:4: steps[0].timeout is \"1ms\", which");
        run.Output.ShouldContain("Allowed: ");
        run.Output.ShouldContain($"{broken}:1:");
        run.Lines[^1].ShouldBe("2 files, 3 mistakes.");
    }

    [Fact]
    public async Task Validate_OneNameAndVersionInTwoFiles_IsAMistake()
    {
        var run = await CommandRun.PipedAsync("validate", Write("a.json", Right), Write("b.json", Right));

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("a.json as well");
    }

    [Fact]
    public async Task Validate_Json_HasMistakesAndDefinitions()
    {
        var run = await CommandRun.PipedAsync(
            "validate", Write("a.json", Right), Write("b.json", """{"name":"x","version":"1","steps":[{"name":"a","queue":"q"}]}"""), "--json");

        run.ExitCode.ShouldBe(1);
        run.Json.GetProperty("mistakeCount").GetInt32().ShouldBe(1);
        var mistake = run.Json.GetProperty("mistakes")[0];
        mistake.GetProperty("path").GetString().ShouldBe("version");
        mistake.GetProperty("value").GetString().ShouldBe("\"1\"");
        mistake.GetProperty("line").GetInt32().ShouldBe(1);
        var definition = run.Json.GetProperty("definitions").EnumerateArray().ShouldHaveSingleItem();
        definition.GetProperty("name").GetString().ShouldBe("order");
        definition.GetProperty("hash").GetString()!.Length.ShouldBe(64);
    }

    [Fact]
    public async Task Validate_HttpStep_AsksForTheWorkersSettingsOnlyWhenTold()
    {
        var file = Write("call.json", Http);

        (await CommandRun.PipedAsync("validate", file)).ExitCode.ShouldBe(0);
        var run = await CommandRun.PipedAsync("validate", file, "--with-settings");

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("Sagas__Http__AllowedHosts__0=payments.example");
    }

    [Fact]
    public async Task Validate_FileThatCannotBeRead_IsAMistake()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "gone.json"), Path.Combine(_folder, "nowhere"));

        var run = await CommandRun.PipedAsync("validate", _folder);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("cannot be read");
    }

    [Fact]
    public async Task Validate_NothingThere_IsWrongUsage()
    {
        var file = await CommandRun.PipedAsync("validate", Path.Combine(_folder, "no.json"));
        var folder = await CommandRun.PipedAsync("validate", _folder);
        var none = await CommandRun.PipedAsync("validate");

        file.ExitCode.ShouldBe(2);
        file.Error.ShouldContain($"neither a file nor a folder {_folder}/no.json");
        folder.ExitCode.ShouldBe(2);
        folder.Error.ShouldContain($"{_folder} has no file *.json");
        none.ExitCode.ShouldBe(2);
        none.Error.ShouldNotBeEmpty();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
