using System.Net.ServerSentEvents;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Tests.Operations.Access;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Operations.Api;

/// <summary>The live feed as a page or a program listens to it.</summary>
public sealed class FeedTests
{
    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "a", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feed_SagaThatChanges_IsToldAsItIs()
    {
        await using var api = await StartAsync();
        await using var feed = await ListenAsync(api);
        var id = await api.StartSagaAsync("""{ "name": "order" }""", Ct);

        var last = await ReadAsync(feed, x => x.GetProperty("id").GetGuid() == id && State(x) == "Completed");

        last.Data.GetProperty("progress").GetProperty("done").GetInt32().ShouldBe(1);
        last.EventType.ShouldBe("saga");
    }

    [Proves("api-feed-lost")]
    [Fact]
    public async Task Feed_ListenerThatComesBack_HearsWhatItMissed()
    {
        await using var api = await StartAsync();
        string place;
        await using (var feed = await ListenAsync(api))
        {
            var before = await api.StartSagaAsync("""{ "name": "order" }""", Ct);
            place = (await ReadAsync(feed, x => x.GetProperty("id").GetGuid() == before && State(x) == "Completed")).Place!;
        }

        var missed = await api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await api.Worker.UntilStateAsync(missed, "Completed", Ct);

        await using var again = await ListenAsync(api, place);
        await ReadAsync(again, x => x.GetProperty("id").GetGuid() == missed && State(x) == "Completed");
    }

    /// <summary>Another worker on the same database.</summary>
    [Fact]
    public async Task Feed_ChangeThatAnotherProcessMakes_IsTold()
    {
        await using var api = await StartAsync(x => null);
        var id = await api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await using var feed = await ListenAsync(api);

        await api.Worker.RowsAsync(
            $"update saga_state set attempt = 77, row_version = row_version + 1, updated_at = '{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss.ffffff}' where id = '{id}'");

        await ReadAsync(feed, x => x.GetProperty("attempt").GetInt32() == 77);
    }

    [Proves("api-feed-too-much")]
    [Fact]
    public async Task Feed_MoreChangesThanCanBeTold_SaysToReadAnew()
    {
        await using var api = await StartAsync(settings: ("Sagas:Api:FeedInterval", "1s"));
        await using var feed = await ListenAsync(api);

        await api.Worker.RowsAsync(
            $"""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
            insert into saga_state (id, name, version, state, attempt, input, results, steps, history_sequence, event_sequence,
                started_at, updated_at, ended_at, row_version)
            select printf('00000000-0000-0000-0000-%012d', i), 'order', 1, 'Completed', 0, '{"{}"}', '{"{}"}', '[]', 1, 1,
                '{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss.ffffff}', '{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss.ffffff}', '{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss.ffffff}', 1
            from n
            """);

        (await ReadAsync(feed, _ => true)).EventType.ShouldBe("reset");
    }

    [Fact]
    public async Task Feed_NothingHappens_SaysSoInTime()
    {
        await using var api = await StartAsync(settings: ("Sagas:Api:FeedMessageTimeout", "200ms"));
        using var response = await OpenAsync(api, null);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Ct));

        for (var i = 0; i < 3; i++)
        {
            (await reader.ReadLineAsync(Ct)).ShouldBe(": nothing new");
            await reader.ReadLineAsync(Ct);
        }
    }

    [Fact]
    public async Task Feed_MoreListenersThanAllowed_AreRefusedUntilOneGoes()
    {
        await using var api = await StartAsync(settings: ("Sagas:Api:MaxFeeds", "1"));
        using (await OpenAsync(api, null))
        {
            (await api.GetAsync("/api/v1/feed", Ct)).ShouldBeProblem(503, "TOO_MANY_FEEDS");
        }

        await Eventually.HoldsAsync(
            "the place",
            async () =>
            {
                using var response = await OpenAsync(api, null);
                return response.IsSuccessStatusCode;
            },
            Ct);
    }

    [Proves("api-caller-floods")]
    [Fact]
    public async Task Feed_MoreOfOneCallerThanAllowed_AreRefusedAndAnotherIsNot()
    {
        var settings = new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:MaxFeedsPerCaller"] = "2" };
        await using var api = await ApiRun.StartAsync(Definition, Ct, settings: settings);
        using var first = await OpenAsync(api, null, AccessRun.Reader);
        using (await OpenAsync(api, null, AccessRun.Reader))
        {
            (await api.AskAsync("GET", "/api/v1/feed", AccessRun.Reader, Ct)).ShouldBeProblem(429, "TOO_MANY_FEEDS");
            using var other = await OpenAsync(api, null, AccessRun.Operator);
            other.IsSuccessStatusCode.ShouldBeTrue();
        }

        await Eventually.HoldsAsync(
            "the place",
            async () =>
            {
                using var response = await OpenAsync(api, null, AccessRun.Reader);
                return response.IsSuccessStatusCode;
            },
            Ct);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0")]
    [InlineData("9223372036854775807")]
    public async Task Feed_PlaceThatIsNone_IsRefused(string place)
    {
        await using var api = await StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/feed");
        request.Headers.Add("Last-Event-ID", place);

        (await api.SendAsync(request, Ct)).ShouldBeProblem(400, "INVALID_PARAMETER");
    }

    [Fact]
    public async Task Feed_WorkerThatStops_Ends()
    {
        await using var api = await StartAsync();
        using var response = await OpenAsync(api, null);
        var rest = response.Content.ReadAsStringAsync(Ct);

        await api.Worker.StopAsync(Ct);

        (await rest).ShouldContain(": nothing new");
        await api.Worker.StartAgainAsync(Ct);
    }

    private static string? State(JsonElement saga) => saga.GetProperty("state").GetString();

    private static Task<ApiRun> StartAsync(
        Func<IStepCommand, object?>? answer = null, (string Key, string Value)? settings = null)
    {
        var all = new Dictionary<string, string?> { ["Sagas:Api:FeedInterval"] = "20ms" };
        if (settings is { } setting)
        {
            all[setting.Key] = setting.Value;
        }

        return ApiRun.StartAsync(Definition, Ct, answer ?? EmbeddedWorker.Succeed, all);
    }

    private static async Task<HttpResponseMessage> OpenAsync(ApiRun api, string? place, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/feed");
        if (place is not null)
        {
            request.Headers.Add("Last-Event-ID", place);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
    }

    private static async Task<IAsyncEnumerator<SseItem<string>>> ListenAsync(ApiRun api, string? place = null)
    {
        var response = await OpenAsync(api, place);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return SseParser.Create(await response.Content.ReadAsStreamAsync(Ct)).EnumerateAsync(Ct).GetAsyncEnumerator(Ct);
    }

    private static async Task<(string EventType, JsonElement Data, string? Place)> ReadAsync(
        IAsyncEnumerator<SseItem<string>> feed, Func<JsonElement, bool> condition)
    {
        while (await feed.MoveNextAsync())
        {
            var data = JsonElement.Parse(feed.Current.Data);
            if (condition(data))
            {
                return (feed.Current.EventType, data, feed.Current.EventId);
            }
        }

        throw new InvalidOperationException("The feed ended.");
    }
}
