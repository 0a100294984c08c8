using Sagas.Dashboard.Access;
using Sagas.Tests.Operations.Api;
using Sagas.Tests.Operations.CommandLine;

namespace Sagas.Tests.Operations.Access;

public sealed class KeyCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_MadeOnTheCommandLine_IsAcceptedByAWorkerWithItsSettings()
    {
        var made = await CommandRun.PipedAsync("key", "ann", "--role", "operate", "--role", "payloads", "--json");
        made.ExitCode.ShouldBe(0, made.Error);
        var key = made.Json.GetProperty("key").GetString()!;
        var settings = made.Json.GetProperty("settings").EnumerateObject().ToDictionary(x => x.Name, x => x.Value.GetString());
        settings["Sagas:Api:Keys:ann:Hash"].ShouldBe(ApiKey.HashOf(key));
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, _ => null, settings);

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"{key}\n", Ct);
            var listed = await new CommandRun { Variables = { ["SAGAS_API_KEY_FILE"] = file } }.RunAsync("list", "--url", run.Address.ToString());
            listed.ExitCode.ShouldBe(0, listed.Error);
        }
        finally
        {
            File.Delete(file);
        }

        var reader = await new CommandRun().RunAsync("list", "--url", run.Address.ToString());
        reader.ExitCode.ShouldBe(2);
        reader.Error.ShouldContain("UNAUTHENTICATED: The request does not say who asks.");
        reader.Error.ShouldContain("SAGAS_API_KEY_FILE");
    }

    [Fact]
    public async Task Key_ForPeople_IsShownWithTheSettingsToPaste()
    {
        var made = await CommandRun.PipedAsync("key", "ann");

        var key = made.Lines[1].Trim();
        ApiKey.HasForm(key).ShouldBeTrue();
        made.Lines[^2].ShouldBe($"  Sagas__Api__Keys__ann__Hash={ApiKey.HashOf(key)}");
        made.Lines[^1].ShouldBe("  Sagas__Api__Keys__ann__Roles=read");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a__b")]
    [InlineData("")]
    public async Task Key_WithANameThatNoSettingHas_IsRefused(string name) =>
        (await CommandRun.PipedAsync("key", name)).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Key_WithARoleThatThereIsNot_IsRefused() =>
        (await CommandRun.PipedAsync("key", "ann", "--role", "admin")).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Command_WithoutTheRight_SaysWhichAndWhatToDo()
    {
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, _ => null, AccessRun.Keys);

        var refused = await new CommandRun { Variables = { ["SAGAS_API_KEY"] = AccessRun.Reader } }.RunAsync(
            "cancel", $"{Guid.NewGuid()}", "--reason", "x", "--url", run.Address.ToString());

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("FORBIDDEN: 'reader' may not do this: it takes the role 'operate'. Use a key with that role");
        refused.Error.ShouldNotContain(AccessRun.Reader);
    }
}
