using System.Net;
using System.Text.Json;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Operations.Health;

public sealed class HealthEndpointTests : IDisposable
{
    private const string Definition = """
        { "name": "order", "version": 1, "steps": [{ "name": "reserve", "queue": "participants" }] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-health-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Health_AllIsWell_NamesEveryCheck()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);

        (await AskAsync(api, "ready")).ShouldBe((
            HttpStatusCode.OK,
            "Healthy: broker Healthy, database Healthy, dispatcher Healthy, migrations Healthy, timers Healthy"));
        (await AskAsync(api, "live")).ShouldBe((HttpStatusCode.OK, "Healthy: dispatcher Healthy, timers Healthy"));
    }

    [Fact]
    public async Task Health_SagasAreUndecided_SaysHowManyAndStaysReady()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);
        var saga = await api.Worker.StartSagaAsync("order", Ct);
        await api.Worker.UntilStateAsync(saga, "Completed", Ct);

        await api.Worker.RowsAsync(
            """
            insert into undecided_saga select id, row_version, 1, started_at, started_at, '2099-01-01 00:00:00', 'Why', 'there'
            from saga_state
            """);

        await Eventually.HoldsAsync(
            "the check",
            async () => (await api.Client.GetStringAsync("/health", Ct)).Contains(
                """{"name":"undecided","status":"Degraded","count":1}""", StringComparison.Ordinal),
            Ct);
        (await AskAsync(api, "ready")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(api, "live")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Ready_DatabaseFails_IsNotButLives()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);
        await using (var connection = new SqliteConnection(api.Worker.Database))
        {
            await connection.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "alter table saga_state rename to elsewhere";
            await command.ExecuteNonQueryAsync(Ct);
        }

        await UntilAsync(api, "database Unhealthy");
        (await AskAsync(api, "live")).Status.ShouldBe(HttpStatusCode.OK);
        (await api.Client.GetStringAsync("/health/live", Ct)).ShouldNotContain("saga_state");
    }

    [Proves("database-read-only-sessions")]
    [Fact]
    public async Task Ready_DatabaseTakesNoWrites_IsNotButLives()
    {
        await using var api = await ApiRun.StartAsync(
            Definition, Ct, database: $"Data Source={Path.Combine(_folder, "sagas.db")};Default Timeout=1");
        await using var other = new SqliteConnection($"{api.Worker.Database};Pooling=False");
        await other.OpenAsync(Ct);
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Ct);

        await UntilAsync(api, "database Unhealthy");
        (await AskAsync(api, "live")).Status.ShouldBe(HttpStatusCode.OK);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync(Ct);

        await Eventually.HoldsAsync(
            "readiness", async () => (await AskAsync(api, "ready")).Status == HttpStatusCode.OK, Ct);
    }

    [Fact]
    public async Task Ready_BrokerIsAway_IsNotButLives()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);

        await api.Worker.Services.GetRequiredService<IBusControl>().StopAsync(Ct);

        await UntilAsync(api, "broker Unhealthy");
        (await AskAsync(api, "live")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(HttpStatusCode Status, string Report)> AskAsync(ApiRun api, string what)
    {
        using var response = await api.Client.GetAsync($"/health/{what}", Ct);
        var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct)).RootElement;
        var checks = report.GetProperty("checks").EnumerateArray()
            .Select(x => $"{x.GetProperty("name").GetString()} {x.GetProperty("status").GetString()}");
        return (response.StatusCode, $"{report.GetProperty("status").GetString()}: {string.Join(", ", checks)}");
    }

    private static Task UntilAsync(ApiRun api, string check) => Eventually.HoldsAsync(
        check,
        async () => await AskAsync(api, "ready") is (HttpStatusCode.ServiceUnavailable, var report)
            && report.Contains(check, StringComparison.Ordinal),
        Ct);
}
