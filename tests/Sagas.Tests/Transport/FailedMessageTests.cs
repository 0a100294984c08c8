using Sagas.Contracts;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Transport;

public sealed class FailedMessageTests
{
    private const string Definition =
        """{ "name": "trip", "version": 1, "steps": [{ "name": "book-hotel", "queue": "participants" }] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_WorkerFailsOnIt_IsRefusedAndTheExceptionIsLoggedOnce()
    {
        await using var worker = await EmbeddedWorker.StartAsync(Definition, Ct);
        // A missing table, or a trigger, would be the database's fault, for which messages wait.
        await worker.RowsAsync("alter table saga_history add column refused integer check (refused is not null)");

        var answer = await worker.AskAsync<StartSaga, SagaAccepted>(new StartSaga { SagaName = "trip" }, Ct);

        answer.ShouldBeOfType<RequestRefused>().Code.ShouldBe(RefusalCodes.InternalError);
        var thrown = worker.Log.Where(x => x.Contains("SqliteException", StringComparison.Ordinal));
        thrown.ShouldHaveSingleItem().ShouldContain("CHECK constraint failed");
    }
}
