using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sagas.Worker;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Telemetry;

public sealed class PrintableLoggerProviderTests
{
    private readonly List<LogLine> _lines = [];
    private readonly ILogger _logger;

    public PrintableLoggerProviderTests() =>
        _logger = new PrintableLoggerProvider(new LogListener(_lines.Add)).CreateLogger("Category");

    [Theory]
    [InlineData("card\u001b[2Jdeclined", "card [2Jdeclined")]
    [InlineData("card\rdeclined\u009b31m", "card declined 31m")]
    [InlineData("\u202edenilced\u200f", " denilced ")]
    [InlineData("two\nlines, größer als 😀", "two\nlines, größer als 😀")]
    public void Log_MessageWithControlCharacters_HasBlanksInTheirPlace(string reason, string written)
    {
        _logger.Log(LogLevel.Warning, default, reason, null, (x, _) => $"It failed: {x}");

        _lines.ShouldHaveSingleItem().Message.ShouldBe($"It failed: {written}");
    }

    [Fact]
    public void Log_ExceptionWithControlCharacters_HasBlanksInTheirPlace()
    {
        Fail(new InvalidOperationException("no\u001b]0;title\u0007"));

        _lines.ShouldHaveSingleItem().Exception!.ToString().ShouldBe("System.InvalidOperationException: no ]0;title ");
    }

    [Fact]
    public void Log_OrdinaryException_IsHandedOnAsItIs()
    {
        var exception = new InvalidOperationException("no");

        Fail(exception);

        _lines.ShouldHaveSingleItem().Exception.ShouldBeSameAs(exception);
    }

    [Fact]
    public void Host_WritesToTheConsoleInThisWayAlone()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-test-");
        using var host = SagasHost.Create(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sagas"] = $"Data Source={Path.Combine(folder.FullName, "sagas.db")}",
            ["Sagas:Definitions:Path"] = folder.FullName,
            ["Sagas:Api:Enabled"] = "false",
        });

        var providers = host.Services.GetServices<ILoggerProvider>().ToList();

        providers.ShouldContain(x => x is PrintableLoggerProvider);
        providers.ShouldNotContain(x => x is ConsoleLoggerProvider);
        folder.Delete(recursive: true);
    }

    private void Fail(Exception exception) => _logger.Log(LogLevel.Error, default, "It failed", exception, (x, _) => x);
}
