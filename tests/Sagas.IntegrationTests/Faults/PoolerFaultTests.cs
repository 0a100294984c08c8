using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>Workers and participants reach PostgreSQL through PgBouncer in transaction mode.</summary>
public sealed class PoolerFaultTests(ITestOutputHelper output)
{
    private const int Workers = 3;

    // What a session state that other sessions get to see leads to, as the driver's messages begin: the bare numbers may be
    // part of an instant or a duration.
    private static readonly string[] Errors = ["42P05: ", "26000: ", "25P01: ", "08P01: ", "42P01: "];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("database-pooler")]
    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Kill_WorkersAndPgBouncer_EverySagaEndsRightWithoutErrorsOfSessions(int preparedStatements)
    {
        await using var stack = await SagasStack.StartAsync(
            FaultRun.Settings with { Workers = Workers, PoolerStatements = preparedStatements }, Ct);
        var run = new FaultRun(stack, output, Ct);

        foreach (var worker in stack.Workers)
        {
            await run.StartSagasAsync(FaultRun.Sagas / 2);
            await run.UntilSomeEndedAsync();
            await run.InflictAsync("a worker killed", () => worker.KillAsync(Ct));
            await run.HealAsync(() => worker.LaunchAsync(Ct));
        }

        await run.StartSagasAsync(FaultRun.Sagas);
        await run.UntilSomeEndedAsync();
        await run.InflictAsync("PgBouncer killed", () => stack.Pooler!.KillAsync(Ct));
        await run.HealAsync(() => stack.Pooler!.LaunchAsync(Ct));

        await run.EndsRightAsync();
        foreach (var container in stack.Workers.Append(stack.Participants))
        {
            (await SagasStack.CountAsync(container, "connection pooler", Ct)).ShouldBeGreaterThanOrEqualTo(
                container == stack.Participants ? 0 : 1);
            foreach (var error in Errors)
            {
                (await SagasStack.CountAsync(container, error, Ct)).ShouldBe(0, $"{error} in the log of {container.Name}");
            }
        }
    }
}
