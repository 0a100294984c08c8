using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sagas.Persistence;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.IntegrationTests.Persistence;

/// <summary>
/// How PostgreSQL looks for due sagas: every delivery writes its saga anew, and leaves an entry of the row before, with
/// the timeout that was due then.
/// </summary>
public sealed class DuePlanTests(PostgresServer server)
{
    private const int Gone = 20_000;
    private const int Claims = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Claim_ManyTimeoutsCameAndWent_ReadsTheirEntriesOnceOrTwice()
    {
        await using var database = await server.CreateDatabaseAsync();
        await using var host = await StoreHost.CreateAsync(database);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await host.AddAsync(TestSaga.Create(host.Now.AddMinutes(-1)));
        await using (var command = new NpgsqlCommand(
            $"""
            alter table sagas.saga_state set (autovacuum_enabled = false);
            create temp table due as select * from sagas.saga_state;
            insert into sagas.saga_state
            select (jsonb_populate_record(due, jsonb_build_object('id', gen_random_uuid()))).*
            from due, generate_series(1, {Gone});
            delete from sagas.saga_state
            """,
            connection))
        {
            await command.ExecuteNonQueryAsync(Ct);
        }

        var due = host.Services.GetRequiredService<DueSagas>();
        var before = await ReadUseAsync();

        for (var i = 0; i < Claims; i++)
        {
            (await due.ClaimAsync(10, TimeSpan.FromMinutes(1), Ct)).ShouldBeEmpty();
        }

        // Once more where somebody's transaction was still under way that might have seen the rows.
        await Eventually.HoldsAsync(
            async () => (await ReadUseAsync()).Scans >= before.Scans + Claims, "the claims to be counted");
        ((await ReadUseAsync()).Entries - before.Entries).ShouldBeLessThan(Claims / 2 * Gone);

        Task<IndexUse> ReadUseAsync() => IndexUse.ReadAsync(connection, "ix_saga_state_due_at", Ct);
    }
}
