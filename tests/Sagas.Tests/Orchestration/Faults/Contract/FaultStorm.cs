namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>Faults at random, all of them from a seed.</summary>
/// <param name="kinds">The kinds of faults.</param>
/// <param name="seams">
/// How many seams a story has without a fault: a storm has some faults for it, however many those are.
/// </param>
/// <param name="seed">The seed.</param>
internal sealed class FaultStorm(IReadOnlyList<StoreFault> kinds, int seams, int seed)
{
    private readonly double _share = Math.Min(0.15, 5.0 / seams);
    private readonly Random _dice = new(seed);

    /// <summary>Which fault, if any, meets the next statement.</summary>
    public StoreFault? Strike(string statement)
    {
        // What undoes a transaction is no promise to anybody: whatever becomes of it, the transaction is gone.
        return _dice.NextDouble() < _share && !statement.Contains("ROLLBACK", StringComparison.Ordinal)
            ? kinds[_dice.Next(kinds.Count)]
            : null;
    }
}
