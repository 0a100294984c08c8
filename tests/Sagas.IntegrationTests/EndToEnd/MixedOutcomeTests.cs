using Sagas.IntegrationTests.Faults;

namespace Sagas.IntegrationTests.EndToEnd;

public sealed class MixedOutcomeTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MixedOutcomes_EverySagaEndsRightAndEachEffectHappensOnce()
    {
        await using var stack = await SagasStack.StartAsync(Ct);
        var run = new FaultRun(stack, output, Ct);

        await run.StartSagasAsync(FaultRun.Sagas);

        await run.EndsRightAsync();
    }
}
