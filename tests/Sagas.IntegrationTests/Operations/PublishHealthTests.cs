using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests.Orchestration;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Operations;

/// <summary>Readiness asks whether the broker accepts messages.</summary>
public sealed class PublishHealthTests
{
    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("broker-short-of-memory")]
    [Fact]
    public async Task Ready_BrokerIsShortOfMemory_IsNotUntilItIsOver()
    {
        await using var server = Servers.RabbitMq().Build();
        await server.StartAsync(Ct);
        await using var worker = await StartWorkerAsync(server);
        await UntilAsync(worker, HealthStatus.Healthy);

        await SetMemoryLimitAsync(server, "0.00001");

        var refused = await UntilAsync(worker, HealthStatus.Unhealthy);
        refused.Description.ShouldBe("RabbitMQ accepts no messages: low on memory.");
        await SetMemoryLimitAsync(server, "0.6");
        await UntilAsync(worker, HealthStatus.Healthy);
    }

    [Fact]
    public async Task Stop_BrokerIsShortOfMemory_EndsInTime()
    {
        await using var server = Servers.RabbitMq().Build();
        await server.StartAsync(Ct);
        await using var worker = await StartWorkerAsync(server);
        await SetMemoryLimitAsync(server, "0.00001");
        await UntilAsync(worker, HealthStatus.Unhealthy);

        await worker.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);

        await SetMemoryLimitAsync(server, "0.6");
        await worker.StartAgainAsync(Ct);
    }

    private static Task<EmbeddedWorker> StartWorkerAsync(RabbitMqContainer server) => EmbeddedWorker.StartAsync(
        Definition,
        Ct,
        settings: new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = server.GetConnectionString(),
            ["Sagas:Transport:StopTimeout"] = "10s",
        });

    private static async Task<HealthReportEntry> UntilAsync(EmbeddedWorker worker, HealthStatus status)
    {
        var health = worker.Services.GetRequiredService<HealthCheckService>();
        var entry = default(HealthReportEntry);
        await Poll.UntilAsync(
            $"publishing to be {status}",
            async token =>
            {
                entry = (await health.CheckHealthAsync(x => x.Name == "publishing", token)).Entries.Values.Single();
                return entry.Status == status;
            },
            ct: Ct);
        return entry;
    }

    private static async Task SetMemoryLimitAsync(RabbitMqContainer server, string fraction) =>
        (await server.ExecAsync(["rabbitmqctl", "set_vm_memory_high_watermark", fraction], Ct)).ExitCode.ShouldBe(0);
}
