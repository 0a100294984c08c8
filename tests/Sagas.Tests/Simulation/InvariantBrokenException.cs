namespace Sagas.Tests.Simulation;

/// <summary>The simulated world is not as it must be.</summary>
internal sealed class InvariantBrokenException(string invariant, string message)
    : Exception($"{invariant}: {message}")
{
    /// <summary>The invariant: one of <see cref="Invariant"/>.</summary>
    public string Invariant { get; } = invariant;
}
