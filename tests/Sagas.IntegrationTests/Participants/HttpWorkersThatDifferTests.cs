using System.Text.Json;
using Npgsql;
using Sagas.Contracts;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests;
using Sagas.Tests.Orchestration;
using Sagas.Tests.Participants.Http;

namespace Sagas.IntegrationTests.Participants;

/// <summary>
/// Two workers on one broker and one database, of which one has the definition, the host and the secret of the HTTP
/// steps: what a rolling update is for some minutes.
/// </summary>
public sealed class HttpWorkersThatDifferTests(ParticipantServers servers) : IClassFixture<ParticipantServers>
{
    private const int Count = 200;

    private const string Order = """
        { "name": "order", "version": 1, "steps": [
          { "name": "charge", "http": { "method": "POST", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } },
            "compensation": { "http": { "method": "DELETE", "url": "$URL/charges", "headers": { "Authorization": { "secret": "Token" } } } } },
          { "name": "ship", "http": { "method": "POST", "url": "$URL/shipments/{input.way}" } } ] }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("http-workers-differ")]
    [Fact]
    public async Task Run_OneOfTwoWorkersMayCall_AllSagasEndRightAndEachKeyIsCalledOnce()
    {
        await using var service = await HttpService.StartAsync(Ct);
        service.Answer = (request, context) => HttpService.StatusAsync(
            context, request.ToString().StartsWith("POST /shipments/bad", StringComparison.Ordinal) ? 422 : 200);
        await using var able = await StartAsync(
            Order.Replace("$URL", service.Url.ToString().TrimEnd('/'), StringComparison.Ordinal),
            ("Sagas:Http:AllowedHosts", service.Host),
            ("Sagas:Http:Secrets:Token", "Bearer s3cr3t"));
        await using var old = await StartAsync(
            """{"name":"other","version":1,"steps":[{"name":"a","queue":"participants"}]}""");

        foreach (var saga in Enumerable.Range(0, Count))
        {
            await BeginAsync(able, saga);
        }

        await Poll.UntilAsync(
            "the ends of all sagas",
            async ct => await CountAsync("select count(*) from sagas.saga_state where ended_at is not null") == Count,
            Patience,
            ct: Ct);

        (await CountAsync("select count(*) from sagas.saga_state where state = 'Completed'")).ShouldBe(Count / 2);
        (await CountAsync("select count(*) from sagas.saga_state where state = 'Compensated'")).ShouldBe(Count / 2);
        (await CountAsync(
            "select count(*) from sagas.saga_history where event in ('StepFailed', 'StepOutcomeUnknown', 'StepTimedOut') "
            + "and detail ->> 'code' <> 'HTTP_422'")).ShouldBe(0);
        service.Requests.Count.ShouldBe((2 * Count) + (Count / 2));
        service.Requests.Select(x => x.Key).Distinct().Count().ShouldBe(service.Requests.Count);
        old.Log.Count(x => x.Contains("HTTP_HOST_NOT_ALLOWED", StringComparison.Ordinal)).ShouldBe(1);
        able.Log.ShouldNotContain(x => x.Contains("leaves them to other workers", StringComparison.Ordinal));
    }

    private Task<EmbeddedWorker> StartAsync(string definition, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["ConnectionStrings:RabbitMq"] = servers.Broker.GetConnectionString(),
            ["Sagas:Bulkhead:CpuPercent"] = "100",
            ["Sagas:Bulkhead:CallCpuPercent"] = "0",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return EmbeddedWorker.StartAsync(definition, Ct, settings: all, database: servers.Database.GetConnectionString());
    }

    /// <summary>A worker that does not know the definition may take the request, and refuse it.</summary>
    private static Task BeginAsync(EmbeddedWorker worker, int saga) => Eventually.HoldsAsync(
        "the start of a saga",
        async () => await worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga
            {
                SagaName = "order",
                Input = JsonElement.Parse(saga % 2 == 0 ? """{"way":"good"}""" : """{"way":"bad"}"""),
                IdempotencyKey = $"handover-{saga}",
            },
            Ct) is SagaAccepted,
        Ct);

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Database.GetConnectionString());
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }
}
