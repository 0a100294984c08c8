using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.Dashboard.Health;

namespace Sagas.Tests.Operations.Health;

public sealed class HealthFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-test-").FullName;
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

    private string Path => System.IO.Path.Combine(_folder, "health");

    [Theory]
    [InlineData(HealthStatus.Healthy, true)]
    [InlineData(HealthStatus.Degraded, false)]
    [InlineData(HealthStatus.Unhealthy, false)]
    public async Task Read_FreshReport_IsTheWorkersOwn(HealthStatus status, bool isHealthy)
    {
        await WriteAsync(status);

        HealthFile.Read(Path, _now).ShouldBe((isHealthy, $"{status}\ndatabase: {status}"));
        (await ScriptAsync()).ShouldBe(isHealthy ? 0 : 1);
    }

    [Fact]
    public async Task Read_OldReport_IsUnhealthy()
    {
        await WriteAsync(HealthStatus.Healthy, -31);

        var (isHealthy, report) = HealthFile.Read(Path, _now);

        isHealthy.ShouldBeFalse();
        report.ShouldContain("should have reported again 31 s ago");
        (await ScriptAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Read_NoReport_IsUnhealthy()
    {
        var (isHealthy, report) = HealthFile.Read(Path, _now);

        isHealthy.ShouldBeFalse();
        report.ShouldContain(Path);
        (await ScriptAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Healthy")]
    [InlineData("Healthy soon")]
    public async Task Read_SomethingElse_IsUnhealthy(string text)
    {
        await File.WriteAllTextAsync(Path, text, TestContext.Current.CancellationToken);

        HealthFile.Read(Path, _now).IsHealthy.ShouldBeFalse();
        (await ScriptAsync()).ShouldNotBe(0);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task WriteAsync(HealthStatus status, int seconds = 30) => HealthFile.WriteAsync(
        Path, status, _now.AddSeconds(seconds), [$"database: {status}"], TestContext.Current.CancellationToken);

    /// <summary>What the container's own check says to the same file.</summary>
    private async Task<int> ScriptAsync()
    {
        var script = System.IO.Path.Combine(
            Repository.Root, "src", "Sagas.Worker", "healthy");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [script])
        {
            Environment = { ["Sagas__Health__File"] = Path },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
