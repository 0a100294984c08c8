using Sagas.Worker.Operations.Health;

namespace Sagas.Tests.Operations.Health;

public sealed class HealthFileTests : IDisposable
{
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-test-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "health");

    [Theory]
    [InlineData("Healthy\ndatabase: Healthy", true)]
    [InlineData("Degraded\nmasstransit-bus: Degraded", false)]
    [InlineData("Unhealthy\ndatabase: Unhealthy", false)]
    public async Task Read_FreshReport_IsTheWorkersOwn(string report, bool isHealthy)
    {
        await HealthFile.WriteAsync(Path, report, TestContext.Current.CancellationToken);

        HealthFile.Read(Path, Expiry, DateTimeOffset.UtcNow).ShouldBe((isHealthy, report));
    }

    [Fact]
    public async Task Read_OldReport_IsUnhealthy()
    {
        await HealthFile.WriteAsync(Path, "Healthy", TestContext.Current.CancellationToken);

        var (isHealthy, report) = HealthFile.Read(Path, Expiry, DateTimeOffset.UtcNow.AddSeconds(31));

        isHealthy.ShouldBeFalse();
        report.ShouldContain("has not reported for 31 s");
    }

    [Fact]
    public void Read_NoReport_IsUnhealthy()
    {
        var (isHealthy, report) = HealthFile.Read(Path, Expiry, DateTimeOffset.UtcNow);

        isHealthy.ShouldBeFalse();
        report.ShouldContain(Path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
