namespace Sagas.Tests.Orchestration.Faults;

/// <summary>Faults at random, all of them from a seed.</summary>
internal sealed class FaultStorm(IReadOnlyList<StoreFault> kinds, int seed)
{
    private const double Share = 0.15;
    private readonly Random _dice = new(seed);

    /// <summary>Which fault, if any, meets the next statement.</summary>
    public StoreFault? Strike(string statement)
    {
        // What undoes a transaction is no promise to anybody: whatever becomes of it, the transaction is gone.
        return _dice.NextDouble() < Share && !statement.Contains("ROLLBACK", StringComparison.Ordinal)
            ? kinds[_dice.Next(kinds.Count)]
            : null;
    }
}
