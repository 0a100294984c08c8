using Sagas.Contracts;
using Sagas.Participants;
using static Sagas.Contracts.StepDirection;

namespace Sagas.Tests.Participants.Contract;

/// <summary>
/// What every database must show of a participant that charges a card elsewhere: the charge is there whether or not the
/// barrier knows of it, and is undone whether or not.
/// </summary>
public abstract class OutsideEffectContract
{
    private readonly Guid _saga = Guid.NewGuid();
    private readonly HashSet<string> _charges = [];
    private readonly List<bool> _undoneAsUnknown = [];

    protected abstract Task<ParticipantHost> StartAsync();

    [Proves("participant-outside-effect")]
    [Fact]
    public async Task Compensate_ChargedAndDiedBeforeTheCommit_UndoesTheCharge()
    {
        await using var host = await StartChargingAsync();
        await ChargeWithoutCommitAsync(host);
        _charges.Count.ShouldBe(1);

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();

        _charges.ShouldBeEmpty();
        _undoneAsUnknown.ShouldBe([true]);
        (await host.BarrierOfAsync(_saga)).ShouldBe(["Compensate 1 1 StepSucceeded"]);
    }

    [Proves("participant-outside-effect")]
    [Fact]
    public async Task Compensate_ChargedWithoutCommitThenRefused_UndoesTheCharge()
    {
        await using var host = await StartChargingAsync();
        await ChargeWithoutCommitAsync(host);
        host.Script.Returns(StepOutcome.Failed("CARD_DECLINED"));
        (await host.AskAsync(Execute, _saga, attempt: 2)).ShouldBeOfType<StepFailed>();
        host.Script.Run = RunAsync;

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();

        _charges.ShouldBeEmpty();
        _undoneAsUnknown.ShouldBe([true]);
    }

    [Fact]
    public async Task Compensate_ChargedAndCommitted_IsToldSoAndWhatCameOfIt()
    {
        await using var host = await StartChargingAsync();
        await host.AskAsync(Execute, _saga);
        string? charge = null;
        host.Script.Run = (context, database, stop) =>
        {
            charge = context.ExecuteResult<string>();
            return RunAsync(context, database, stop);
        };

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();

        _charges.ShouldBeEmpty();
        _undoneAsUnknown.ShouldBe([false]);
        charge.ShouldBe($"{_saga}/do-work");
    }

    [Fact]
    public async Task Compensate_NothingRecorded_TheCopyRepeatsTheAnswerAndALateExecutionIsRefused()
    {
        await using var host = await StartChargingAsync();

        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();
        (await host.AskAsync(Compensate, _saga)).ShouldBeOfType<StepSucceeded>();
        var late = (await host.AskAsync(Execute, _saga)).ShouldBeOfType<StepFailed>();

        late.Code.ShouldBe(StepFailureCodes.AlreadyCompensated);
        _charges.ShouldBeEmpty();
        _undoneAsUnknown.ShouldBe([true]);
    }

    private async Task<ParticipantHost> StartChargingAsync()
    {
        var host = await StartAsync();
        host.Script.HasOutsideEffects = true;
        host.Script.Run = RunAsync;
        return host;
    }

    /// <summary>The charge is made, and nothing of it gets into the database, nor an answer to the worker.</summary>
    private async Task ChargeWithoutCommitAsync(ParticipantHost host)
    {
        host.Script.Run = async (context, database, stop) =>
        {
            await RunAsync(context, database, stop);
            return StepOutcome.Unknown();
        };
        await host.SendAsync(Execute, _saga);
        await Persistence.Contract.Eventually.HoldsAsync(
            () => host.UnknownOutcomes == 1, "the charge to be made");
        host.Script.Run = RunAsync;
    }

    private Task<StepOutcome> RunAsync(StepContext context, WorkDbContext database, CancellationToken stop)
    {
        var charge = $"{context.SagaId}/{context.Step}";
        if (context.Direction == Execute)
        {
            _charges.Add(charge);
            return Task.FromResult(StepOutcome.Succeeded(charge));
        }

        _undoneAsUnknown.Add(context.IsExecutionUnknown);
        _charges.Remove(charge);
        return Task.FromResult(StepOutcome.Succeeded());
    }
}
