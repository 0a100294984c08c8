using Microsoft.EntityFrameworkCore;
using Sagas.Contracts;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Operations.Api;

/// <summary>What callers and operators see of a database whose command timeout ends what they want of it.</summary>
public abstract class DatabaseTimeoutContract
{
    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "pay", "queue": "participants" } ] }""";

    private const string Wanted = """{ "name": "order" }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What the driver says of the timeout.</summary>
    protected abstract string Reason { get; }

    /// <summary>Creates a database, with a command timeout of few seconds.</summary>
    protected abstract Task<ITestDatabase> CreateDatabaseAsync();

    /// <summary>Has somebody else hold up whatever writes sagas, until it is disposed of.</summary>
    protected abstract Task<IAsyncDisposable> LockAsync(string connectionString);

    [Proves("database-locked-by-others")]
    [Fact]
    public async Task Start_SomebodyHoldsALock_CallerAndOperatorAreToldAndEverySagaEndsRight()
    {
        await using var database = await CreateDatabaseAsync();
        await using var api = await ApiRun.StartAsync(
            Definition,
            Ct,
            answer: _ => null,
            settings: new Dictionary<string, string?> { ["Sagas:Api:HandlerTimeout"] = "1s" },
            database: database.ConnectionString);
        var inFlight = await StartAsync(api, "in-flight");
        await using (await LockAsync(database.ConnectionString))
        {
            await api.Worker.SendAsync(Paid(inFlight), Ct);
            (await api.PostAsync("/api/v1/sagas", Wanted, Ct, "locked-out")).ShouldBeProblem(503, "HANDLER_TIMEOUT");
            await Eventually.HoldsAsync("the line that says so", () => Task.FromResult(!api.Worker.Log.IsEmpty), Ct);
        }

        var lockedOut = await StartAsync(api, "locked-out");
        await api.Worker.SendAsync(Paid(lockedOut), Ct);

        await Eventually.HoldsAsync(
            "the end of both",
            () => api.Worker.ReadAsync(async context => await context.Sagas.CountAsync(x => x.State == "Completed", Ct) == 2),
            Ct);
        (await api.Worker.ReadAsync(context => context.Sagas.CountAsync(Ct))).ShouldBe(2);
        api.Worker.Commands.Select(x => (x.SagaId, x.Attempt)).ShouldBe([(inFlight, 1), (lockedOut, 1)], ignoreOrder: true);
        var line = api.Worker.Log.First();
        line.ShouldStartWith($"The database of {nameof(SagaStoreDbContext)} fails: ");
        line.ShouldContain(Reason);
        line.ShouldEndWith("What needs it waits, and goes on by itself. ");
    }

    /// <summary>Asks until it is answered, as a caller does who was told to.</summary>
    private static async Task<Guid> StartAsync(ApiRun api, string key)
    {
        ApiRun.Reply? reply = null;
        await Eventually.HoldsAsync(
            "the start", async () => (reply = await api.PostAsync("/api/v1/sagas", Wanted, Ct, key)).Status == 201, Ct);
        var id = reply!.Json.GetProperty("id").GetGuid();
        await Eventually.HoldsAsync(
            "the command", () => Task.FromResult(api.Worker.Commands.Any(x => x.SagaId == id)), Ct);
        return id;
    }

    private static StepSucceeded Paid(Guid saga) =>
        new() { SagaId = saga, Step = "pay", Direction = StepDirection.Execute, Attempt = 1 };
}
