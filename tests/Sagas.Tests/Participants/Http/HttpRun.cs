using Sagas.Contracts;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Participants.Http;

/// <summary>An embedded worker, and a service whose first step it calls.</summary>
internal sealed class HttpRun : IAsyncDisposable
{
    public const string Secret = "Bearer s3cr3t-T0ken";

    private HttpRun(HttpService service, EmbeddedWorker worker)
    {
        Service = service;
        Worker = worker;
    }

    public HttpService Service { get; }

    public EmbeddedWorker Worker { get; }

    /// <summary>A definition's steps, with <c>$URL</c> for the service's address.</summary>
    public static async Task<HttpRun> StartAsync(
        string steps,
        CancellationToken ct,
        Func<HttpServiceRequest, Microsoft.AspNetCore.Http.HttpContext, Task>? answer = null,
        string? alsoAllowed = null,
        FakeClock? clock = null,
        params (string Key, string Value)[] settings)
    {
        var service = await HttpService.StartAsync(ct);
        service.Answer = answer ?? service.Answer;
        var all = new Dictionary<string, string?>
        {
            ["Sagas:Http:AllowedHosts"] = $"{service.Host},{alsoAllowed}",
            ["Sagas:Http:Secrets:Token"] = Secret,
            ["Sagas:Http:PollInterval"] = "100ms",
            ["Sagas:Steps:Interval"] = "20ms",
            ["Sagas:Steps:Retries"] = "1",
            ["Sagas:Compensation:Retries"] = "1",
            ["Sagas:Outbox:QueryDelay"] = "00:00:00.020",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var definition = $$"""{"name":"order","version":1,"steps":[{{steps}}]}""";
        var worker = await EmbeddedWorker.StartAsync(
            definition.Replace("$URL", service.Url.ToString().TrimEnd('/'), StringComparison.Ordinal),
            ct,
            settings: all,
            clock: clock);
        return new HttpRun(service, worker);
    }

    /// <summary>Starts a saga and waits until it is in that state.</summary>
    public async Task<Guid> RunAsync(string state, CancellationToken ct, string input = """{"id":"4711"}""")
    {
        var sagaId = await BeginAsync(ct, input);
        await Worker.UntilStateAsync(sagaId, state, ct);
        return sagaId;
    }

    public async Task<Guid> BeginAsync(CancellationToken ct, string input = """{"id":"4711"}""") =>
        ((SagaAccepted)await Worker.AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = "order", Input = System.Text.Json.JsonElement.Parse(input) }, ct)).SagaId;

    /// <summary>What the history says became of attempts, as <c>StepFailed:HTTP_404</c>.</summary>
    public async Task<IReadOnlyList<string>> EndsAsync() =>
    [
        .. (await Worker.RowsAsync(
            "select event || ':' || (detail ->> 'code') from saga_history where event in ('StepFailed', 'StepTimedOut', "
            + "'StepOutcomeUnknown') order by sequence")).Select(x => (string)x[0]!),
    ];

    /// <summary>The whole history, as <c>StepSent #1</c>.</summary>
    public async Task<IReadOnlyList<string>> HistoryAsync() =>
    [
        .. (await Worker.RowsAsync("select event || coalesce(' #' || attempt, '') from saga_history order by sequence"))
            .Select(x => (string)x[0]!),
    ];

    /// <summary>Waits for so many rows of a kind in the history.</summary>
    public Task UntilHistoryAsync(string historyEvent, long count, CancellationToken ct) => Eventually.BecomesAsync(
        () => Worker.ScalarAsync($"select count(*) from saga_history where event = '{historyEvent}'"), count, ct);

    /// <summary>When the only saga is due (UTC).</summary>
    public async Task<DateTime> DueAtAsync() => DateTime.Parse(
        (string)(await Worker.ScalarAsync("select due_at from saga_state"))!,
        System.Globalization.CultureInfo.InvariantCulture);

    public Task<object?> FailureAsync(string property = "code") =>
        Worker.ScalarAsync($"select failure ->> '{property}' from saga_state");

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Service.DisposeAsync();
    }
}
