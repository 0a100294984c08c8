using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Sagas.Worker;

namespace Sagas.Tests.Telemetry;

public sealed class JsonLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sagas-test-");

    [Fact]
    public void Json_IsOneLineAnEventWithItsIdAndItsScopes()
    {
        using var host = Create("json");
        var options = host.Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue;
        var formatter = host.Services.GetServices<ConsoleFormatter>().Single(x => x.Name == options.FormatterName);
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object> { ["SagaId"] = "4711" });
        using var writer = new StringWriter();

        formatter.Write(
            new LogEntry<string>(
                LogLevel.Error, "Category", new EventId(131), "two\nlines", new InvalidOperationException("no"), (x, _) => x),
            scopes,
            writer);

        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = JsonDocument.Parse(lines.ShouldHaveSingleItem()).RootElement;
        line.GetProperty("EventId").GetInt32().ShouldBe(131);
        line.GetProperty("Message").GetString().ShouldBe("two\nlines");
        line.GetProperty("Timestamp").GetString().ShouldNotBeNull().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        line.GetProperty("Scopes")[0].GetProperty("SagaId").GetString().ShouldBe("4711");
        line.GetProperty("Exception").GetString().ShouldNotBeNull().ShouldContain("no");
    }

    [Fact]
    public void Default_IsTheOneOfLinesForPeople()
    {
        using var host = Create(null);

        host.Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.FormatterName.ShouldBe("simple");
        var simple = host.Services.GetRequiredService<IOptionsMonitor<SimpleConsoleFormatterOptions>>().CurrentValue;
        (simple.SingleLine, simple.UseUtcTimestamp, simple.IncludeScopes).ShouldBe((true, true, false));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Microsoft.Extensions.Hosting.IHost Create(string? formatter) => SagasHost.Create(new Dictionary<string, string?>
    {
        ["ConnectionStrings:Sagas"] = $"Data Source={Path.Combine(_folder.FullName, "sagas.db")}",
        ["Sagas:Definitions:Path"] = _folder.FullName,
        ["Sagas:Api:Enabled"] = "false",
        ["Logging:Console:FormatterName"] = formatter,
    });
}
