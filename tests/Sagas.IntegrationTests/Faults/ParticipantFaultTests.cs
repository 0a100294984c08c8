using System.Text.Json.Nodes;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

public sealed class ParticipantFaultTests(ITestOutputHelper output)
{
    private const int Fatal = 6;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Three times after the effect of a step, three times after its undoing.</summary>
    [Proves("participant-dies-before-reply")]
    [Fact]
    public async Task Kill_BetweenCommitAndReply_ReplyIsInTheOutboxAndLeavesOnceItIsBack()
    {
        await using var stack = await SagasStack.StartAsync(FaultRun.Settings with { RestartsParticipants = false }, Ct);
        var run = new FaultRun(stack, output, Ct);

        // Two may fall together, and then one death is that of both.
        var unsent = new HashSet<Guid>();
        await run.StartSagasAsync(FaultRun.Sagas, Input);
        while (unsent.Count < Fatal)
        {
            await Poll.UntilAsync("the participant to die", async ct => !await stack.Participants.IsRunningAsync(ct), ct: Ct);
            await run.InflictAsync("a participant killed between its commit and its reply", async () =>
            {
                var before = unsent.Count;
                unsent.UnionWith(await FindUnsentAsync(stack));
                unsent.Count.ShouldBeGreaterThan(before);
            });
            await run.HealAsync(() => stack.Participants.LaunchAsync(Ct));
        }

        await run.EndsRightAsync();
    }

    private static JsonObject Input(int number)
    {
        var input = SagaMix.Input(number);
        switch (number % 80)
        {
            case 0:
                input["faults"]!["charge-card"] = "die";
                break;
            case 7:
                input["faults"]!["charge-card:compensate"] = "die";
                break;
        }

        return input;
    }

    /// <summary>
    /// The fatal replies that are committed and were not sent: the effect is in the participant's log, and the outbox
    /// has the answer about that very step.
    /// </summary>
    private static async Task<IReadOnlyList<Guid>> FindUnsentAsync(SagasStack stack)
    {
        var ids = new List<Guid>();
        await using var command = stack.Effects.CreateCommand(
            """
            select o.message_id from outbox_message o join effect_log e
                on o.body like '%' || e.saga_id || '%' and o.body like '%' || e.step || '%'
            where o.headers like '%sagas-samples-fatal-to%' and o.message_type like '%StepSucceeded%'
            """);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }
}
