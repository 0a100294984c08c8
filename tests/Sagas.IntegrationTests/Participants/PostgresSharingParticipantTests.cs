using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Participants;
using Sagas.Tests.Participants.Contract;

namespace Sagas.IntegrationTests.Participants;

/// <summary>
/// The participant's contract where commands share transactions, and what that changes for them: nothing.
/// </summary>
public sealed class PostgresSharingParticipantTests(ParticipantServers servers)
    : StepParticipantContract, IClassFixture<ParticipantServers>
{
    private const int Many = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_ManyAtOnce_ShareTransactions()
    {
        await using var host = await StartAsync();

        await ExecuteAsync(host, NewSagas());

        (await CountTransactionsAsync(host, StepDirection.Execute)).ShouldBeLessThan(Many / 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Compensate_RowsKnownByTheirKeys_AreChangedOrDeletedTogether(bool deletes)
    {
        await using var host = await StartAsync();
        var sagas = NewSagas();
        await AddRowsAsync(host, sagas);
        host.Script.Run = (context, database, _) => Task.FromResult(Undo(context, database, deletes));

        var replies = await CompensateAsync(host, sagas);

        replies.Values.ShouldAllBe(reply => reply is StepSucceeded);
        var rows = await host.QueryAsync(database =>
            database.Work.Where(row => sagas.Contains(row.Id)).ToListAsync(Ct));
        rows.Select(row => row.Step).ShouldBe(deletes ? [] : Enumerable.Repeat("undone", Many));
        rows.ShouldAllBe(row => row.IdempotencyKey == "kept");
        (await CountTransactionsAsync(host, StepDirection.Compensate)).ShouldBeLessThan(Many / 2);
        host.WarningsOfSharing.ShouldBe(0);
    }

    [Proves("participant-batch-refused")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Compensate_OneRowIsNotThere_TheOthersAreCommittedAndItAloneFails(bool deletes)
    {
        await using var host = await StartAsync();
        var sagas = NewSagas();
        await AddRowsAsync(host, sagas);
        var unlucky = Guid.NewGuid();
        await host.AskAsync(StepDirection.Execute, unlucky);
        host.Script.Run = (context, database, _) => Task.FromResult(Undo(context, database, deletes));

        var replies = await CompensateAsync(host, [unlucky, .. sagas]);

        replies[unlucky].ShouldBeOfType<StepFailed>().Code.ShouldBe("PARTICIPANT_ERROR");
        replies.Values.Count(reply => reply is StepSucceeded).ShouldBe(Many);
        (await host.WorkOfAsync(unlucky)).ShouldHaveSingleItem().Direction.ShouldBe("Execute");
    }

    [Proves("participant-batch-refused")]
    [Fact]
    public async Task Execute_OneCannotBeWritten_TheOthersAreCommittedAndItAloneFails()
    {
        await using var host = await StartAsync();
        var taken = Guid.NewGuid();
        host.Script.Run = (_, database, _) => Task.FromResult(GiveId(database, taken));
        await host.AskAsync(StepDirection.Execute, Guid.NewGuid());
        var unlucky = Guid.NewGuid();
        host.Script.Run = (context, database, _) => Task.FromResult(
            context.SagaId == unlucky ? GiveId(database, taken) : StepOutcome.Succeeded());

        var replies = await ExecuteAsync(host, [unlucky, .. NewSagas()]);

        replies[unlucky].ShouldBeOfType<StepFailed>().Code.ShouldBe("PARTICIPANT_ERROR");
        replies.Values.Count(reply => reply is StepSucceeded).ShouldBe(Many);
        (await host.WorkOfAsync(unlucky)).ShouldBeEmpty();
    }

    [Proves("participant-write-only-breaks-word")]
    [Fact]
    public async Task Execute_OneWaits_TheOthersDoNot()
    {
        await using var host = await StartAsync();
        var slow = Guid.NewGuid();
        var gate = new TaskCompletionSource();
        host.Script.Run = async (context, _, cancellationToken) =>
        {
            if (context.SagaId == slow)
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            return StepOutcome.Succeeded();
        };

        await host.SendAsync(StepDirection.Execute, slow);
        await WaitUntilAsync(() => host.Script.Calls.Any(call => call.SagaId == slow));
        (await ExecuteAsync(host, NewSagas())).Values.ShouldAllBe(reply => reply is StepSucceeded);
        gate.SetResult();

        (await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepSucceeded>().SagaId.ShouldBe(slow);
        (await host.WorkOfAsync(slow)).Count.ShouldBe(1);
    }

    [Proves("participant-write-only-breaks-word")]
    [Theory]
    [InlineData("asks")]
    [InlineData("saves")]
    [InlineData("opens")]
    [InlineData("asks and hides it")]
    public async Task Execute_DoesMoreThanWrite_IsCarriedOutAloneFromThenOn(string what)
    {
        await using var host = await StartAsync();
        host.Script.Run = (_, database, cancellationToken) => DoAsync(what, database, cancellationToken);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());

        (await host.AskAsync(StepDirection.Execute, first)).ShouldBeOfType<StepSucceeded>();
        (await host.AskAsync(StepDirection.Execute, second)).ShouldBeOfType<StepSucceeded>();

        (await host.WorkOfAsync(first)).Count.ShouldBe(1);
        (await host.WorkOfAsync(second)).Count.ShouldBe(1);
        host.Script.Calls.Select(call => call.SagaId).ShouldBe([first, first, second]);
        host.WarningsOfSharing.ShouldBe(1);
    }

    [Fact]
    public async Task Execute_AnotherTransactionHasTheStep_TheOthersDoNotWaitForIt()
    {
        await using var host = await StartAsync();
        var sagaId = Guid.NewGuid();
        var locked = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var holder = host.QueryAsync(async database =>
        {
            await using var transaction = await database.Database.BeginTransactionAsync(Ct);
            var name = $"{sagaId}/{ParticipantHost.Step}";
            await database.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock(hashtextextended({name}, 0))", Ct);
            locked.SetResult();
            await done.Task.WaitAsync(Ct);
            return true;
        });
        await locked.Task;

        await host.SendAsync(StepDirection.Execute, sagaId);
        (await ExecuteAsync(host, NewSagas())).Values.ShouldAllBe(reply => reply is StepSucceeded);
        done.SetResult();

        (await host.Replies.NextAsync(Ct)).ShouldBeOfType<StepSucceeded>().SagaId.ShouldBe(sagaId);
        await holder;
    }

    protected override async Task<ParticipantHost> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var host = await PostgresStepParticipantTests.StartAsync(servers, configure);
        host.Script.OnlyWrites = true;
        // The first of each is alone: it tells that the others need not be.
        var sagaId = Guid.NewGuid();
        await host.AskAsync(StepDirection.Execute, sagaId);
        await host.AskAsync(StepDirection.Compensate, sagaId);
        await host.ExecuteSqlAsync("DELETE FROM work");
        host.Script.Forget();
        return host;
    }

    private static Guid[] NewSagas()
    {
        return [.. Enumerable.Range(0, Many).Select(_ => Guid.NewGuid())];
    }

    /// <summary>Has the step of all sagas done, and adds a row of each's own beside it.</summary>
    private static async Task AddRowsAsync(ParticipantHost host, Guid[] sagas)
    {
        await ExecuteAsync(host, sagas);
        await host.QueryAsync(database =>
        {
            database.Work.AddRange(sagas.Select(saga => new WorkItem { Id = saga, IdempotencyKey = "kept" }));
            return database.SaveChangesAsync(Ct);
        });
    }

    /// <summary>Undoes what <see cref="AddRowsAsync"/> did, without looking at it.</summary>
    private static StepOutcome Undo(StepContext context, WorkDbContext database, bool deletes)
    {
        var row = database.Work.Attach(new WorkItem { Id = context.SagaId });
        if (deletes)
        {
            row.State = EntityState.Deleted;
        }
        else
        {
            row.Entity.Step = "undone";
        }

        return StepOutcome.Succeeded();
    }

    private static Task<int> CountTransactionsAsync(ParticipantHost host, StepDirection direction)
    {
        var name = direction.ToString();
        return host.QueryAsync(database => database.Database
            .SqlQuery<int>(
                $"SELECT count(DISTINCT xmin::text)::int AS \"Value\" FROM step_barrier WHERE direction = {name}")
            .SingleAsync(Ct));
    }

    /// <summary>Has a step of all sagas executed at once.</summary>
    /// <returns>The reply of each.</returns>
    private static Task<IReadOnlyDictionary<Guid, IStepReply>> ExecuteAsync(ParticipantHost host, Guid[] sagas)
    {
        return AskAllAsync(host, StepDirection.Execute, sagas);
    }

    private static Task<IReadOnlyDictionary<Guid, IStepReply>> CompensateAsync(ParticipantHost host, Guid[] sagas)
    {
        return AskAllAsync(host, StepDirection.Compensate, sagas);
    }

    private static async Task<IReadOnlyDictionary<Guid, IStepReply>> AskAllAsync(
        ParticipantHost host, StepDirection direction, Guid[] sagas)
    {
        await Task.WhenAll(sagas.Select(saga => host.SendAsync(direction, saga)));
        var replies = new Dictionary<Guid, IStepReply>();
        while (!sagas.All(replies.ContainsKey))
        {
            var reply = await host.Replies.NextAsync(Ct);
            replies[reply.SagaId] = reply;
        }

        return replies;
    }

    private static async Task<StepOutcome> DoAsync(
        string what, WorkDbContext database, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case "asks":
                await database.Work.AnyAsync(cancellationToken);
                break;
            case "saves":
                await database.SaveChangesAsync(cancellationToken);
                break;
            case "opens":
                if (database.Database.GetDbConnection() is { State: ConnectionState.Closed } connection)
                {
                    await connection.OpenAsync(cancellationToken);
                }

                break;
            default:
                try
                {
                    await database.Work.AnyAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    // As some code does.
                }

                break;
        }

        return StepOutcome.Succeeded();
    }

    private static StepOutcome GiveId(WorkDbContext database, Guid id)
    {
        var added = database.ChangeTracker.Entries<WorkItem>().Single();
        database.Work.Add(new WorkItem { Id = id, SagaId = added.Entity.SagaId });
        added.State = EntityState.Detached;
        return StepOutcome.Succeeded();
    }
}
