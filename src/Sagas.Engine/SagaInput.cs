using Sagas.Contracts;

namespace Sagas.Engine;

/// <summary>What can happen to a saga.</summary>
internal abstract record SagaInput
{
    private SagaInput()
    {
    }

    /// <summary>A participant answered, or the worker knows that none will.</summary>
    /// <param name="Message">
    /// A <see cref="StepSucceeded"/>, <see cref="StepFailed"/>, <see cref="StepOutcomeUnknown"/> or
    /// <see cref="StepDeferred"/>.
    /// </param>
    internal sealed record Reply(IStepReply Message) : SagaInput;

    /// <summary>The saga may be due. Does nothing at all to one that is not.</summary>
    internal sealed record Due : SagaInput;

    /// <summary>An operator wants something.</summary>
    /// <param name="Command">
    /// A <see cref="RetrySaga"/>, <see cref="SkipStep"/>, <see cref="CancelSaga"/> or <see cref="AbortSaga"/>.
    /// </param>
    internal sealed record Operator(IOperatorCommand Command) : SagaInput;
}
