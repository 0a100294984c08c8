namespace Sagas.Engine.Definitions;

/// <summary>Declares one step of a saga. What is not declared is left to the worker's defaults.</summary>
public sealed class StepBuilder : DirectionBuilder<StepBuilder>
{
    private StepDeclaration _step;

    internal StepBuilder(string name) => _step = new StepDeclaration { Name = name };

    /// <summary>Says which queue the step's participant reads, and in which form it wants its commands.</summary>
    public StepBuilder Queue(string queue, MessageFormat format = MessageFormat.Envelope)
    {
        _step = _step with { Queue = queue, Format = format };
        return this;
    }

    /// <summary>
    /// Gives the step the retries of a critical one where it declares none: 5 in place of 3, by default.
    /// </summary>
    public StepBuilder Critical()
    {
        _step = _step with { Critical = true };
        return this;
    }

    /// <summary>
    /// Says which results the command to execute the step has, by the names of steps before it; without names none. All
    /// of them, where nothing is said.
    /// </summary>
    public StepBuilder Results(params string[] steps)
    {
        _step = _step with { Results = steps };
        return this;
    }

    /// <summary>
    /// Makes the saga go forward only once this step has succeeded. At most one step of a definition.
    /// </summary>
    public StepBuilder Pivot()
    {
        _step = _step with { Pivot = true };
        return this;
    }

    /// <summary>Says that the step can be undone, and how where that differs from the defaults.</summary>
    public StepBuilder Compensate(Action<CompensationBuilder>? declare = null)
    {
        var compensation = new CompensationBuilder();
        declare?.Invoke(compensation);
        _step = _step with { Compensation = compensation.Build() };
        return this;
    }

    internal StepDeclaration Build() =>
        _step with { Http = DeclaredHttp, Timeout = DeclaredTimeout, Retry = DeclaredRetry };
}
