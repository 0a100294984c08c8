using System.Diagnostics.Metrics;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Orchestration.HttpSteps;

namespace Sagas.Tests.Participants.Http;

/// <summary>
/// Whoever can write to the queue <c>sagas.http</c> has no access to secrets: only what the database knows to be in
/// flight is called, and with what the database says.
/// </summary>
public sealed class HttpForgedCommandTests
{
    private const string Charge = """
        { "name": "charge", "http": { "method": "POST", "url": "$URL/charges/{input.id}", "headers": { "Authorization": { "secret": "Token" } } },
          "compensation": { "http": { "method": "DELETE", "url": "$URL/charges/{input.id}", "headers": { "Authorization": { "secret": "Token" } } } } }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("http-forged-command")]
    [Fact]
    public async Task Execute_NoSuchSaga_MakesNoCallAndSaysSo()
    {
        await using var run = await StartAsync();
        using var ignored = new MetricReader(run.Worker.Services.GetRequiredService<IMeterFactory>());
        var saga = Guid.NewGuid();

        await SendAsync(run, Execute(saga));
        await SendAsync(run, Compensate(saga));
        await SendAsync(run, PollHttpStep.After(Execute(saga), StepDirection.Execute, new Uri(run.Service.Url, "/jobs/7")));

        await UntilIgnoredAsync(ignored, "SAGA_NOT_FOUND", 3);
        run.Service.Requests.ShouldBeEmpty();
        run.Worker.Log.Count(x => x.Contains($"No saga has the id {saga}", StringComparison.Ordinal)).ShouldBe(3);
        (await run.Worker.ScalarAsync("select count(*) from saga_history")).ShouldBe(0L);
        run.Worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
    }

    [Proves("http-forged-command")]
    [Fact]
    public async Task Execute_SagaHasEnded_MakesNoCall()
    {
        await using var run = await StartAsync();
        using var ignored = new MetricReader(run.Worker.Services.GetRequiredService<IMeterFactory>());
        var saga = await run.RunAsync("Completed", Ct);
        var history = await run.HistoryAsync();

        await SendAsync(run, Execute(saga));
        await SendAsync(run, Execute(saga) with { Attempt = 2 });
        await SendAsync(run, Compensate(saga));
        await SendAsync(run, PollHttpStep.After(Execute(saga), StepDirection.Execute, new Uri(run.Service.Url, "/jobs/7")));

        await UntilIgnoredAsync(ignored, "NOT_IN_FLIGHT", 4);
        run.Service.Requests.Count.ShouldBe(1);
        (await run.HistoryAsync()).ShouldBe(history);
    }

    [Proves("http-forged-command")]
    [Fact]
    public async Task Execute_AnotherAttemptStepOrKeyThanIsInFlight_MakesNoCall()
    {
        var go = new TaskCompletionSource();
        await using var run = await StartAsync(go.Task);
        using var ignored = new MetricReader(run.Worker.Services.GetRequiredService<IMeterFactory>());
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => Task.FromResult<object?>(run.Service.Requests.Count), 1, Ct);

        await SendAsync(run, Execute(saga) with { Attempt = 2 });
        await SendAsync(run, Execute(saga) with { Attempt = 0 });
        await SendAsync(run, Execute(saga) with { Step = "refund" });
        await SendAsync(run, Execute(saga) with { IdempotencyKey = $"{saga}/charge/execute/2" });
        await SendAsync(run, Compensate(saga));

        await UntilIgnoredAsync(ignored, "NOT_IN_FLIGHT", 5);
        run.Service.Requests.Count.ShouldBe(1);
        go.SetResult();
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
    }

    /// <summary>A copy of what is in flight is called as any copy is, but says what the saga says.</summary>
    [Proves("http-forged-command")]
    [Fact]
    public async Task Execute_CopyWithAnotherContent_SaysWhatTheDatabaseSays()
    {
        var go = new TaskCompletionSource();
        await using var run = await StartAsync(go.Task);
        var saga = await run.BeginAsync(Ct);
        await Eventually.BecomesAsync(() => Task.FromResult<object?>(run.Service.Requests.Count), 1, Ct);

        await SendAsync(run, Execute(saga) with
        {
            Input = JsonElement.Parse("""{"id":"evil"}"""),
            SagaVersion = 7,
            SagaName = "other",
        });

        await Eventually.BecomesAsync(() => Task.FromResult<object?>(run.Service.Requests.Count), 2, Ct);
        go.SetResult();
        await run.Worker.UntilStateAsync(saga, "Completed", Ct);
        run.Service.Requests.ShouldAllBe(x => x.ToString() == "POST /charges/4711");
    }

    private static Task<HttpRun> StartAsync(Task? go = null) => HttpRun.StartAsync(
        Charge,
        Ct,
        async (_, context) =>
        {
            await (go ?? Task.CompletedTask);
            await HttpService.StatusAsync(context, 200);
        });

    private static async Task SendAsync<T>(HttpRun run, T command)
        where T : class
    {
        var steps = await run.Worker.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas.http"));
        await steps.Send(command, Ct);
    }

    private static Task UntilIgnoredAsync(MetricReader metrics, string code, double count) => Eventually.BecomesAsync(
        () => Task.FromResult<object?>(metrics.Read("sagas.http.ignored", ("error.type", code))), count, Ct);

    private static ExecuteStep Execute(Guid saga) => new()
    {
        SagaId = saga,
        SagaName = "order",
        SagaVersion = 1,
        Step = "charge",
        Attempt = 1,
        IdempotencyKey = $"{saga}/charge/execute/1",
        Input = JsonElement.Parse("""{"id":"4711"}"""),
        Results = JsonElement.Parse("{}"),
        Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
    };

    private static CompensateStep Compensate(Guid saga) => new()
    {
        SagaId = saga,
        SagaName = "order",
        SagaVersion = 1,
        Step = "charge",
        Attempt = 1,
        IdempotencyKey = $"{saga}/charge/compensate/1",
        Input = JsonElement.Parse("""{"id":"4711"}"""),
        Results = JsonElement.Parse("{}"),
        Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
    };
}
