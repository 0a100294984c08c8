using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Worker;

namespace Sagas.Tests.Participants.Http;

/// <summary>What is not configured for a definition, or configured wrongly, is said before anything starts.</summary>
public sealed class HttpConfigurationTests : IDisposable
{
    private const string Order = """
        {
          "name": "order", "version": 1,
          "steps": [
            { "name": "charge",
              "http": { "method": "POST", "url": "https://pay.example/charges", "headers": { "Authorization": { "secret": "PaymentsToken" } } },
              "compensation": { "http": { "method": "DELETE", "url": "http://pay.example:8080/charges" } } }
          ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-http-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Proves("http-not-configured")]
    [Fact]
    public void Create_HostAndSecretAreNotConfigured_AreAllNamedWithWhatToDo()
    {
        var exception = Should.Throw<SagaDefinitionException>(() => Create());

        var lines = exception.Message.Split('\n').Select(x => x.Trim()).ToArray();
        lines[0].ShouldBe("The saga definitions have 3 mistakes:");
        lines[1].ShouldEndWith(
            "order.json: steps[0].http.url is \"https://pay.example/charges\", which goes to a host that "
            + "Sagas:Http:AllowedHosts does not have. Add pay.example to it, for instance "
            + "Sagas__Http__AllowedHosts__0=pay.example, if it may be called.");
        lines[2].ShouldEndWith(
            "order.json: steps[0].http.headers.Authorization.secret is \"PaymentsToken\", which is a secret that "
            + "Sagas:Http:Secrets does not have. Set Sagas:Http:Secrets:PaymentsToken, in the environment "
            + "Sagas__Http__Secrets__PaymentsToken, to the header's value.");
        lines[3].ShouldContain("steps[0].compensation.http.url is \"http://pay.example:8080/charges\"");
        lines[3].ShouldContain("Sagas__Http__AllowedHosts__0=pay.example:8080");
    }

    [Fact]
    public void Create_HostOfAGroupIsNotConfigured_IsNamedByItsPlace()
    {
        Write("""
            {
              "name": "order", "version": 1,
              "steps": [{ "parallel": [
                { "name": "reserve", "queue": "stock" },
                { "name": "charge", "http": { "method": "POST", "url": "https://pay.example/charges" } }
              ] }]
            }
            """);

        var exception = Should.Throw<SagaDefinitionException>(() => CreateHost());

        exception.Message.ShouldContain("steps[0].parallel[1].http.url is \"https://pay.example/charges\"");
    }

    [Fact]
    public void Create_HostsAndSecretAreConfigured_Works() => Should.NotThrow(() => Create(
        ("Sagas:Http:AllowedHosts:0", "pay.example"),
        ("Sagas:Http:AllowedHosts:1", "*.example:8080"),
        ("Sagas:Http:AllowedHosts:2", "pay.example:8080"),
        ("Sagas:Http:Secrets:PaymentsToken", "Bearer x")));

    [Fact]
    public void Create_SettingsAreWrong_AreAllNamedAndNoSecretIsShown()
    {
        var exception = Should.Throw<OptionsValidationException>(() => Create(
            ("Sagas:Http:AllowedHosts", "pay.example,https://pay.example/,*"),
            ("Sagas:Http:Secrets:PaymentsToken", "s3cr3t\n"),
            ("Sagas:Http:MaxRedirects", "21")));

        var text = string.Join('\n', exception.Failures);
        text.ShouldContain("Sagas:Http:AllowedHosts has \"https://pay.example/\", which is not a host.");
        text.ShouldContain("Sagas:Http:AllowedHosts has \"*\", which is not a host.");
        text.ShouldContain("Sagas:Http:Secrets:PaymentsToken is empty, or holds a character");
        text.ShouldContain("Sagas:Http:MaxRedirects is 21. Allowed: 0 to 20.");
        text.ShouldNotContain("s3cr3t");
    }

    [Fact]
    public async Task Run_HostIsNotConfigured_EndsWithTheExitCodeOfAWrongConfiguration()
    {
        Write(Order);

        var result = await WorkerProcess.RunAsync([], _folder);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("Sagas:Http:AllowedHosts");
        result.Output.ShouldNotContain("   at ");
    }

    private void Create(params (string Key, string Value)[] settings)
    {
        Write(Order);
        CreateHost(settings);
    }

    private void CreateHost(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sagas"] = $"Data Source={Path.Combine(_folder, "sagas.db")}",
            ["Sagas:Definitions:Path"] = Path.Combine(_folder, "sagas"),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        SagasHost.Create(all).Dispose();
    }

    private void Write(string definition)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "sagas"));
        File.WriteAllText(Path.Combine(_folder, "sagas", "order.json"), definition);
    }
}
