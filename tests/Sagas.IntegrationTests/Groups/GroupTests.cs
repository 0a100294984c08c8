using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;
using Sagas.IntegrationTests.Faults;

namespace Sagas.IntegrationTests.Groups;

/// <summary>Parallel groups as a team deploys them: PostgreSQL, RabbitMQ and the worker's own image.</summary>
public sealed class GroupTests
{
    private const int Sagas = 70;
    private static readonly string[] Queues = ["sagas", "stock", "payment", "agent-tools"];

    private static readonly StackSettings Settings = new()
    {
        Definitions = Path.Combine(AppContext.BaseDirectory, "Groups", "sagas"),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("group-step-fails-for-good")]
    [Proves("group-worker-dies")]
    [Fact]
    public async Task Kill_GroupsInFlight_EachEffectOnceAndUndoneInTheReverseOfTheStart()
    {
        await using var stack = await SagasStack.StartAsync(Settings, Ct);
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), Ct);
        await Task.WhenAll(Enumerable.Range(0, Sagas).Select(number =>
            client.StartSagaAsync(GroupMix.Name(number), GroupMix.Input(number), $"preview-{number}", Ct)));
        await Poll.UntilAsync("the first to end", async ct => await stack.CountEndedAsync(ct) >= 5, ct: Ct);

        (await stack.CountEndedAsync(Ct)).ShouldBeLessThan(Sagas / 2, "too late to show anything");
        await stack.Worker.KillAsync(Ct);
        await stack.Worker.LaunchAsync(Ct);

        await Poll.UntilAsync(
            "all to end", async ct => await stack.CountEndedAsync(ct) == Sagas, TimeSpan.FromMinutes(3), ct: Ct);
        await stack.UntilNothingIsOnItsWayAsync(client, Queues, Ct);
        var sagas = await ReadAsync(stack);
        sagas.Count.ShouldBe(Sagas);
        sagas.ShouldAllBe(saga => saga.State == GroupMix.State(saga.Number));
        foreach (var saga in sagas)
        {
            ShouldHaveActedOnce(saga);
            ShouldHaveStartedTogether(saga);
            ShouldHaveWaitedForTheOthers(saga);
        }
    }

    /// <summary>The participants' own log: what was done, and what was undone in the reverse of the start.</summary>
    private static void ShouldHaveActedOnce(Saga saga)
    {
        var expected = GroupMix.Effects(saga.Number);
        var done = saga.Log.Where(x => x.Direction == "Execute").Select(x => x.Step!).ToList();
        var undone = saga.Log.Where(x => x.Direction == "Compensate").Select(x => x.Step!);
        var undo = saga.State == "Compensated" ? expected.Reverse().Intersect(done) : [];

        done.ShouldBeUnique(saga.ToString());
        done.Except(expected).ShouldBeEmpty(saga.ToString());
        (GroupMix.IsHasty(saga.Number) || done.Count == expected.Count).ShouldBeTrue(saga.ToString());
        undone.ShouldBe(undo, customMessage: saga.ToString());
    }

    /// <summary>The commands of the group are in the history side by side, in the definition's order.</summary>
    private static void ShouldHaveStartedTogether(Saga saga)
    {
        var sent = saga.History
            .SkipWhile(x => (x.Event, x.Step) != ("StepSent", GroupMix.Group[0]))
            .Take(GroupMix.Group.Length)
            .ToList();
        if (sent.Count > 0 || !GroupMix.IsHasty(saga.Number))
        {
            var expected = GroupMix.Group.Select(step => new Line("StepSent", step, "Execute"));
            sent.ShouldBe(expected, customMessage: saga.ToString());
        }
    }

    /// <summary>Nothing is undone while a step of the group may still be at it, unless the deadline says so.</summary>
    private static void ShouldHaveWaitedForTheOthers(Saga saga)
    {
        var before = saga.History.TakeWhile(x => x.Event != "SagaCompensating").ToList();
        var isDeadline = before[^1].Event == "SagaDeadlinePassed";
        (!isDeadline || GroupMix.IsHasty(saga.Number)).ShouldBeTrue(saga.ToString());
        if (isDeadline)
        {
            return;
        }

        foreach (var step in GroupMix.Group)
        {
            var last = before.Last(x => x.Step == step && x.Event != "ReplyIgnored");
            last.Event.ShouldNotBe("StepSent", saga.ToString());
        }
    }

    private static async Task<IReadOnlyList<Saga>> ReadAsync(SagasStack stack)
    {
        var history = await ReadAsync(
            stack.Sagas,
            "select saga_id, event, step, direction from sagas.saga_history order by saga_id, sequence",
            row => (Id: row.GetGuid(0), Line: Read(row)));
        var log = await ReadAsync(
            stack.Effects,
            "select saga_id, '', step, direction from effect_log order by id",
            row => (Id: row.GetGuid(0), Line: Read(row)));
        var (histories, logs) = (history.ToLookup(x => x.Id, x => x.Line), log.ToLookup(x => x.Id, x => x.Line));
        return await ReadAsync(
            stack.Sagas,
            "select id, (input ->> 'number')::integer, state from sagas.saga_state",
            row => new Saga(
                row.GetInt32(1), row.GetString(2), [.. histories[row.GetGuid(0)]], [.. logs[row.GetGuid(0)]]));
    }

    private static Line Read(NpgsqlDataReader row) => new(
        row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3));

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource source, string sql, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private sealed record Line(string Event, string? Step, string? Direction);

    private sealed record Saga(int Number, string State, IReadOnlyList<Line> History, IReadOnlyList<Line> Log)
    {
        public override string ToString() =>
            $"saga {Number} is {State}; log: {string.Join(", ", Log.Select(x => $"{x.Direction} {x.Step}"))}; history: "
            + string.Join(", ", History.Select(x => $"{x.Event} {x.Step}"));
    }
}
