using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Persistence.Store;
using Sagas.Tests.Operations.Api;

namespace Sagas.Tests.Orchestration;

/// <summary>A database that answers, and refuses what the worker needs: nothing is lost, and one line says so.</summary>
public sealed class DatabaseOutageTests
{
    private const int Sagas = 20;

    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-refuses-worker")]
    [Fact]
    public async Task Start_TableIsNotThere_WaitsUntilItIsAndNothingIsSetAside()
    {
        await using var worker = await EmbeddedWorker.StartAsync(
            Definition,
            Ct,
            settings: new Dictionary<string, string?> { ["Logging:LogLevel:Sagas.Orchestration"] = "Information" });
        await ExecuteAsync(worker, "ALTER TABLE saga_history RENAME TO elsewhere");
        var ids = Enumerable.Range(0, Sagas).Select(_ => Guid.NewGuid()).ToList();
        foreach (var id in ids)
        {
            await worker.SendAsync(new StartSaga { SagaName = "order", SagaId = id }, Ct);
        }

        await Eventually.HoldsAsync("the line that says so", () => Task.FromResult(worker.Log.Any(IsOfTheDatabase)), Ct);
        worker.Log.ShouldNotContain(x => x.Contains(" started", StringComparison.Ordinal));
        await ExecuteAsync(worker, "ALTER TABLE elsewhere RENAME TO saga_history");
        await Eventually.HoldsAsync(
            "the end of all",
            () => worker.ReadAsync(async x => await x.Sagas.CountAsync(saga => saga.State == "Completed", Ct) == Sagas),
            Ct);

        worker.Log.Count(x => x.StartsWith("Saga order v1", StringComparison.Ordinal) && x.Contains(" started", StringComparison.Ordinal))
            .ShouldBe(Sagas);
        worker.Log.Where(IsOfTheDatabase).ShouldHaveSingleItem().ShouldStartWith($"The database of {nameof(SagaStoreDbContext)} fails: ");
        worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
    }

    [Proves("database-refuses-worker")]
    [Fact]
    public async Task Get_TableIsNotThere_IsA503WithRetryAfter()
    {
        await using var api = await ApiRun.StartAsync(Definition, Ct);
        var id = await api.StartSagaAsync("""{ "name": "order" }""", Ct);
        await ExecuteAsync(api.Worker, "ALTER TABLE saga_state RENAME TO elsewhere");

        var reply = await api.GetAsync($"/api/v1/sagas/{id}", Ct);

        reply.ShouldBeProblem(503, "DATABASE_UNAVAILABLE");
        reply.Headers.RetryAfter.ShouldNotBeNull();
        api.Worker.Log.Where(IsOfTheDatabase).ShouldHaveSingleItem();
        api.Worker.Log.ShouldAllBe(x => !x.Contains("   at ", StringComparison.Ordinal));
    }

    private static bool IsOfTheDatabase(string line) => line.StartsWith("The database of ", StringComparison.Ordinal);

    private static async Task ExecuteAsync(EmbeddedWorker worker, string statement)
    {
        await using var connection = new SqliteConnection(worker.Database);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
