namespace Sagas.Tests.Simulation;

/// <summary>What came of a simulation.</summary>
internal sealed record SimulationResult(Coverage Coverage, TimeSpan Time, SimulationFailure? Failure)
{
    public double SagasPerSecond => Coverage.Sagas / Time.TotalSeconds;
}

/// <summary>A world that went wrong.</summary>
/// <param name="Plan">What it follows from.</param>
/// <param name="Invariant">What was broken.</param>
/// <param name="Message">How.</param>
/// <param name="Faults">How many faults had happened by then.</param>
internal sealed record SimulationFailure(SimulationPlan Plan, string Invariant, string Message, int Faults);
