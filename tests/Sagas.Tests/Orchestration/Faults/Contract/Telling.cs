using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.StateMachine;
using Sagas.Orchestration.Timers;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;
using Sagas.Tests.Simulation;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>Tells a story on a stage, and sees to what must be so at its end whatever failed on the way.</summary>
internal sealed class Telling(Stage stage, Story story)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private static readonly Uri Worker = new("exchange:sagas");
    private static readonly Uri Answers = new($"exchange:{Outcome.AnswerQueue}");
    private readonly Run _run = new();

    /// <summary>Tells it.</summary>
    /// <param name="plan">Which faults meet it; see <see cref="StoreFaults.Arm"/>.</param>
    public async Task<Outcome> TellAsync(Func<int, string, StoreFault?> plan)
    {
        var before = await stage.ReadAsync(context => context.Set<SagaState>().CountAsync());
        await stage.ConnectAsync();
        stage.Sent.Clear();
        using var metrics = new MetricReader(stage.Services.GetRequiredService<IMeterFactory>());
        stage.Faults.Arm(plan);
        try
        {
            foreach (var act in story.Acts)
            {
                await (act.Message is { } create ? DeliverAsync(create(_run)) : ComeDueAsync());
            }

            await SettleAsync();
        }
        finally
        {
            stage.Faults.Disarm();
        }

        return await stage.ReadAsync(context => CheckAsync(context, before, metrics));
    }

    private async Task DeliverAsync(object message)
    {
        var endpoint = await stage.Bus.GetSendEndpoint(Worker);
        var failure = await stage.Received.DuringAsync(
            () => endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(x => x.ResponseAddress = Answers)));
        failure.ShouldBeNull($"{message.GetType().Name} was not delivered in the end");
        if (message is StartSaga { IdempotencyKey: { } key })
        {
            _run.SagaId = await stage.ReadAsync(context => context.Set<IdempotencyKeyRow>()
                .Where(row => row.Key == key)
                .Select(row => row.SagaId)
                .SingleAsync());
        }
    }

    /// <summary>Lets the time pass until the saga is due, and looks for it as the worker does.</summary>
    private async Task ComeDueAsync()
    {
        await SettleAsync();
        var dueAt = await stage.ReadAsync(context => context.Set<SagaState>()
            .Where(row => row.CorrelationId == _run.SagaId)
            .Select(row => row.DueAt)
            .SingleAsync());
        stage.Clock.AdvanceTo(dueAt.ShouldNotBeNull());
        var sagas = stage.Services.GetRequiredService<DueSagas>();
        await UntilAsync("the saga to be found due", async () =>
        {
            if ((await TryAsync(() => sagas.ClaimAsync(10, Lease, [], CancellationToken.None))) is not [var due])
            {
                // Whoever has claimed it, never came back with it.
                stage.Clock.Advance(Lease);
                return false;
            }

            due.SagaId.ShouldBe(_run.SagaId);
            return true;
        });
        await DeliverAsync(new SagaDue { SagaId = _run.SagaId });
    }

    /// <summary>Lets the outbox come to rest: what was sent is deleted, what was left behind is sent.</summary>
    private async Task SettleAsync()
    {
        var dispatcher = stage.Services.GetRequiredService<OutboxDispatcher<SagaStoreDbContext>>();
        await UntilAsync("the outbox to be empty", async () =>
        {
            var rows = await stage.ReadAsync(context => context.Set<OutboxMessage>()
                .AsNoTracking()
                .ToListAsync());
            if (rows.Exists(row => stage.Sent.IsConfirmed(row.SequenceNumber)))
            {
                stage.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return false;
            }

            if (rows.Count > 0)
            {
                stage.Clock.AdvanceTo(rows.Max(row => row.NextTryAt));
                await TryAsync(() => dispatcher.DispatchAsync(CancellationToken.None));
            }

            return rows.Count == 0;
        });
    }

    private async Task<Outcome> CheckAsync(
        SagaStoreDbContext context, int sagasBefore, MetricReader metrics)
    {
        (await context.Set<SagaState>().CountAsync()).ShouldBe(sagasBefore + 1);
        (await context.Set<InboxState>().AnyAsync()).ShouldBeFalse();
        var row = await context.Set<SagaState>().AsNoTracking().SingleAsync(saga => saga.CorrelationId == _run.SagaId);
        row.State.ShouldBe(story.Ending);
        row.DueAt.ShouldBeNull();
        row.DueClaimedUntil.ShouldBeNull();
        var history = await context.Set<SagaHistoryEntry>()
            .AsNoTracking()
            .Where(entry => entry.SagaId == _run.SagaId)
            .OrderBy(entry => entry.Sequence)
            .ToListAsync();
        var replay = new HistoryReplay(stage.Definitions.Loaded.Single(definition => definition.Name == row.Name));
        replay.Apply([.. history.Select(ToRecord)]);
        replay.Check(SagaStateMapper.Read(row));
        return Outcome.Of(_run, row, history, stage.Sent.All, metrics);
    }

    private static HistoryRecord ToRecord(SagaHistoryEntry entry)
    {
        return new HistoryRecord(
            entry.Sequence,
            new DateTimeOffset(DateTime.SpecifyKind(entry.Time, DateTimeKind.Utc)),
            entry.Event,
            entry.Step,
            entry.Direction is null ? null : Enum.Parse<StepDirection>(entry.Direction),
            entry.Attempt,
            entry.Detail is null ? null : JsonSerializer.Deserialize(entry.Detail, SagaStateJson.Default.HistoryDetail));
    }

    /// <summary>
    /// Does what the worker does in the background, where a failure is passed over until the next time.
    /// </summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (DatabaseFailures.IsTransient(exception))
        {
            return default;
        }
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(Patience, $"waited in vain for {what}");
            await Task.Delay(1);
        }
    }
}
