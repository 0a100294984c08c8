using Sagas.Contracts;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// A participant that keeps the contract, an effect at most once for each key, in one of two ways: by the barrier,
/// which refuses what comes after its compensation; or by remembering its answer to every key. It may also hang.
/// </summary>
internal sealed class SimulatedParticipant(Random random, bool hasBarrier, double reliability)
{
    private readonly Dictionary<string, IStepReply> _answers = [];

    /// <summary>Whether the effect is there.</summary>
    public bool HasEffect { get; private set; }

    /// <summary>Carries a command out. Returns the reply, or nothing when it hangs.</summary>
    public IStepReply? CarryOut(IStepCommand command)
    {
        var key = hasBarrier ? command.GetType().Name : command.IdempotencyKey;
        if (_answers.TryGetValue(key, out var answer))
        {
            return Repeat(answer, command);
        }

        if (hasBarrier && command is CompensateStep && !_answers.ContainsKey(nameof(ExecuteStep)))
        {
            _answers[nameof(ExecuteStep)] = EngineRun.Failure(command, code: "REFUSED");
            return _answers[key] = EngineRun.Success(command);
        }

        var roll = random.NextDouble();
        if (roll < reliability)
        {
            HasEffect = command is ExecuteStep;
            return _answers[key] = EngineRun.Success(command, $"\"{command.IdempotencyKey}\"");
        }

        if (roll < reliability + ((1 - reliability) * 0.3))
        {
            return null;
        }

        var failure = EngineRun.Failure(command, retryable: random.NextDouble() < 0.7);
        if (!hasBarrier || !failure.Retryable)
        {
            _answers[key] = failure;
        }

        return failure;
    }

    private static IStepReply Repeat(IStepReply answer, IStepCommand command)
    {
        var direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
        return answer is StepSucceeded succeeded
            ? succeeded with { Direction = direction, Attempt = command.Attempt }
            : (StepFailed)answer with { Direction = direction, Attempt = command.Attempt };
    }
}
