using System.Globalization;
using Sagas.Contracts;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Participants.Http;

/// <summary>An embedded worker, and a service whose first step it calls.</summary>
internal sealed class HttpRun : IAsyncDisposable
{
    public const string Secret = "Bearer s3cr3t-T0ken";

    private readonly string _definition;
    private readonly Dictionary<string, string?> _settings;
    private readonly FakeClock? _clock;

    private HttpRun(
        HttpService service, EmbeddedWorker worker, string definition, Dictionary<string, string?> settings, FakeClock? clock)
    {
        Service = service;
        Worker = worker;
        _definition = definition;
        _settings = settings;
        _clock = clock;
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

            // No limit: this process carries out other tests besides, and its processors are busy with those.
            ["Sagas:Bulkhead:CpuPercent"] = "100",
            ["Sagas:Bulkhead:CallCpuPercent"] = "0",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var definition = $$"""{"name":"order","version":1,"steps":[{{steps}}]}"""
            .Replace("$URL", service.Url.ToString().TrimEnd('/'), StringComparison.Ordinal);
        var worker = await EmbeddedWorker.StartAsync(definition, ct, settings: all, clock: clock);
        return new HttpRun(service, worker, definition, all, clock);
    }

    /// <summary>Another worker on the same database, which may call that host as well.</summary>
    public Task<EmbeddedWorker> StartAnotherAsync(string alsoAllowed, CancellationToken ct) => EmbeddedWorker.StartAsync(
        _definition,
        ct,
        settings: new Dictionary<string, string?>(_settings) { ["Sagas:Http:AllowedHosts"] = $"{Service.Host},{alsoAllowed}" },
        clock: _clock,
        database: Worker.Database);

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

    /// <summary>
    /// Lets time pass, on a clock that stands still otherwise, as long as the only saga waits, until its history has so
    /// many rows of a kind. A service that is silent is waited for until it has got the request.
    /// </summary>
    public Task GoOnAsync(string historyEvent, long count, CancellationToken ct, bool isServiceSilent = false) =>
        Eventually.HoldsAsync(
            $"{count} {historyEvent}",
            async () =>
            {
                if (await Worker.ScalarAsync($"select count(*) from saga_history where event = '{historyEvent}'") is long found
                    && found >= count)
                {
                    return true;
                }

                var last = await Worker.ScalarAsync("select event from saga_history order by sequence desc limit 1") as string;
                var waits = last is "StepFailed" or "StepTimedOut" or "StepOutcomeUnknown"
                    || await Worker.ScalarAsync("select 1 from saga_step where waits_for is not null") is not null;
                if ((waits || (isServiceSilent && await IsAllRequestedAsync())) && await IsAllSentAsync() && await Worker.ScalarAsync("select due_at from saga_state") is string)
                {
                    _clock!.AdvanceTo(await DueAtAsync());
                }

                _clock!.Advance(TimeSpan.FromMilliseconds(20));
                return false;
            },
            ct);

    /// <summary>
    /// Waits until the rows of everything that was sent are deleted: after a leap in time what is left is sent once
    /// more.
    /// </summary>
    public Task UntilAllIsSentAsync(CancellationToken ct) => Eventually.HoldsAsync(
        "an empty outbox",
        async () =>
        {
            _clock!.Advance(TimeSpan.FromMilliseconds(20));
            return await IsAllSentAsync();
        },
        ct);

    /// <summary>
    /// How long after a row of one kind the next row of another kind came, in seconds, for each pair of them.
    /// </summary>
    public async Task<IReadOnlyList<double>> PausesAsync(string from, string to)
    {
        var pauses = new List<double>();
        DateTime? began = null;
        foreach (var row in await Worker.RowsAsync("select event, time from saga_history order by sequence"))
        {
            var time = Instant(row[1]!);
            if ((string)row[0]! == to && began is { } some)
            {
                pauses.Add((time - some).TotalSeconds);
                began = null;
            }

            began = (string)row[0]! == from ? time : began;
        }

        return pauses;
    }

    /// <summary>The pauses that the history announces after failures, in seconds.</summary>
    public async Task<IReadOnlyList<double>> RetryPausesAsync() =>
    [
        .. (await Worker.RowsAsync(
            "select time, detail ->> 'retryAt' from saga_history where event = 'StepFailed' and detail ->> 'retryAt' is not null "
            + "order by sequence")).Select(x => (Instant(x[1]!) - Instant(x[0]!)).TotalSeconds),
    ];

    /// <summary>When the only saga is due (UTC).</summary>
    public async Task<DateTime> DueAtAsync() => Instant((await Worker.ScalarAsync("select due_at from saga_state"))!);

    public Task<object?> FailureAsync(string property = "code") =>
        Worker.ScalarAsync($"select failure ->> '{property}' from saga_state");

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Service.DisposeAsync();
    }

    private static DateTime Instant(object text) => DateTime.Parse(
        (string)text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>Whether each command has become a request.</summary>
    private async Task<bool> IsAllRequestedAsync() => await Worker.ScalarAsync(
        "select count(*) from saga_history where event = 'StepSent'") is long sent && Service.Requests.Count >= sent;

    private async Task<bool> IsAllSentAsync() => await Worker.ScalarAsync("select count(*) from outbox_message") is 0L;
}
