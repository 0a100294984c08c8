using System.Data;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence.Delivery.Sharing;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>What a shared transaction keeps of a delivery that does not come to its end in it.</summary>
public sealed class DeliveryGroupTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// A key that was taken for a saga which is never written would have every repeated start answered.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OneHasTakenAKeyAndDoesNotCommit_NothingIsCommitted(bool leaves)
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        var (one, other) = (new Delivery(host), new Delivery(host));
        var clock = new HastyClock();
        var group = new DeliveryGroup([one.Question, other.Question]);

        var run = RunAsync(host, group, clock);
        await Task.WhenAll(one.Question.Answered.Task, other.Question.Answered.Task).WaitAsync(Ct);
        var committed = group.CommitAsync(other.Transaction, other.Transaction.Writes);
        if (leaves)
        {
            group.Leave(one.Transaction);
        }

        // Otherwise it goes on computing, until the others wait no longer.
        await Should.ThrowAsync<SharedTransactionException>(run.WaitAsync(Ct));
        await Should.ThrowAsync<SharedTransactionException>(committed.WaitAsync(Ct));
        (await host.ReadAsync("SELECT key FROM sagas.idempotency_key")).ShouldBeEmpty();
    }

    private static async Task RunAsync(StoreHost host, DeliveryGroup group, TimeProvider clock)
    {
        try
        {
            await host.Services.GetRequiredService<Database<SagaStoreDbContext>>().WriteAsync(
                async session =>
                {
                    await group.RunAsync(session, IsolationLevel.ReadCommitted, clock);
                    return true;
                },
                Ct);
        }
        catch (Exception exception)
        {
            group.Fail(exception);
            throw;
        }
    }

    /// <summary>A delivery that takes a key.</summary>
    private sealed class Delivery
    {
        public Delivery(StoreHost host)
        {
            var context = host.Services.CreateScope().ServiceProvider.GetRequiredService<SagaStoreDbContext>();
            var maps = host.Services.GetRequiredService<EntityMaps>();
            Transaction = new SharedTransaction(
                context,
                host.Services.GetRequiredService<SqlDialects>().Of(context),
                maps,
                host.Services.GetRequiredService<TrackedChanges>(),
                null!,
                new TransactionSharing());
            var row = new IdempotencyKeyRow
            {
                Key = Guid.NewGuid().ToString(),
                SagaId = Guid.NewGuid(),
                CreatedAt = host.Now,
                ExpiresAt = host.Now.AddDays(1),
            };
            Question = new DeliveryGroup.Question(
                Transaction,
                new KeyReservation(maps.Get<IdempotencyKeyRow>(context), maps.Get<SagaState>(context), row));
        }

        public SharedTransaction Transaction { get; }

        public DeliveryGroup.Question Question { get; }
    }

    /// <summary>Its timers fire after a hundredth of their time.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
        }
    }
}
