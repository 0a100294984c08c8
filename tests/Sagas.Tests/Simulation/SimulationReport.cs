using System.Globalization;

namespace Sagas.Tests.Simulation;

/// <summary>What a simulation says to people.</summary>
internal static class SimulationReport
{
    public static string Of(SimulationResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {result.Coverage.Sagas:N0} sagas, {result.Coverage.Deliveries:N0} deliveries
        {result.Time.TotalSeconds:N1} s, {result.SagasPerSecond:N0} sagas/s
        {result.Coverage}
        """);

    public static string Of(SimulationFailure failure, SimulationFailure smallest) => $"""
        Invariant broken: {failure.Invariant}
        seed {failure.Plan.Seed}: {failure.Message}

        The smallest world found that goes wrong like that: {smallest.Plan}
        {smallest.Message}
        To see all of it:
            eng/simulate --replay '{smallest.Plan}'
        """;
}
