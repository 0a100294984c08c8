using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Persistence;
using Sagas.Tests.Participants;

namespace Sagas.IntegrationTests.Participants;

/// <summary>
/// The participant's contract where commands share transactions, and what that changes for them: nothing.
/// </summary>
public sealed class PostgresSharingParticipantTests(ParticipantServers servers)
    : StepParticipantContract, IClassFixture<ParticipantServers>
{
    private const int Many = 60;

    private static readonly Guid Present = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Execute_ManyAtOnce_ShareTransactions()
    {
        await using var host = await StartAsync();

        await ExecuteAsync(host, NewSagas());

        var transactions = await host.QueryAsync(database =>
            database.Database
                .SqlQuery<int>($"SELECT count(DISTINCT xmin::text)::int AS \"Value\" FROM work")
                .SingleAsync(Ct));
        transactions.ShouldBeLessThan(Many / 2);
    }

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

    [Theory]
    [InlineData("asks")]
    [InlineData("saves")]
    [InlineData("changes")]
    [InlineData("opens")]
    [InlineData("asks and hides it")]
    public async Task Execute_DoesMoreThanAdd_IsCarriedOutAloneFromThenOn(string what)
    {
        await using var host = await StartAsync();
        await host.QueryAsync(database =>
        {
            database.Work.Add(new WorkItem { Id = Present });
            return database.SaveChangesAsync(Ct);
        });
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
        host.Script.OnlyAdds = true;
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

    /// <summary>Has a step of all sagas executed at once.</summary>
    /// <returns>The reply of each.</returns>
    private static async Task<IReadOnlyDictionary<Guid, IStepReply>> ExecuteAsync(ParticipantHost host, Guid[] sagas)
    {
        await Task.WhenAll(sagas.Select(saga => host.SendAsync(StepDirection.Execute, saga)));
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
            case "changes":
                database.Work.Attach(new WorkItem { Id = Present }).Entity.Step = "changed";
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
