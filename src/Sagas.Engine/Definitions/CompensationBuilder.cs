namespace Sagas.Engine.Definitions;

/// <summary>
/// Declares how a step is undone. What is not declared is left to the step and to the worker's defaults.
/// </summary>
public sealed class CompensationBuilder : DirectionBuilder<CompensationBuilder>
{
    private CompensationDeclaration _compensation = new();

    internal CompensationBuilder()
    {
    }

    /// <summary>Says who undoes the step, where that is not the step's own participant.</summary>
    /// <param name="queue">The queue that the participant reads.</param>
    /// <param name="format">The form of the commands. The default is that of the step.</param>
    public CompensationBuilder Queue(string queue, MessageFormat? format = null)
    {
        _compensation = _compensation with { Queue = queue, Format = format };
        return this;
    }

    /// <summary>
    /// Says which results the command has beside that of its own step, by the names of steps before it. None, where
    /// nothing is said.
    /// </summary>
    public CompensationBuilder Results(params string[] steps)
    {
        _compensation = _compensation with { Results = steps };
        return this;
    }

    internal CompensationDeclaration Build() =>
        _compensation with { Http = DeclaredHttp, Timeout = DeclaredTimeout, Retry = DeclaredRetry };
}
