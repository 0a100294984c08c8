namespace Sagas.Engine.Definitions;

/// <summary>What stands in for everything that a definition leaves out.</summary>
/// <param name="Steps">The defaults of steps, and the pauses between attempts to compensate.</param>
/// <param name="Compensation">The defaults of compensations.</param>
public sealed record DefinitionDefaults(StepOptions Steps, CompensationOptions Compensation)
{
    /// <summary>The defaults of a worker that nobody configured.</summary>
    public DefinitionDefaults()
        : this(new StepOptions(), new CompensationOptions())
    {
    }
}
