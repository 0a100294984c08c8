namespace Sagas.Persistence;

/// <summary>Collects the rows of confirmed messages for the delivery that sent them, which deletes them itself.</summary>
internal sealed class DeliveredRows(TimeProvider clock) : OutboxCleaner(new ConfirmedRows(clock))
{
    /// <summary>Takes all that there are.</summary>
    public IReadOnlyCollection<long> Take()
    {
        var numbers = new List<long>();
        while (Confirmed.TryRead(out var number))
        {
            numbers.Add(number);
        }

        return numbers;
    }
}
