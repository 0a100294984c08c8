namespace Sagas.Persistence.Outbox;

/// <summary>The rows of confirmed messages, for the delivery that sent them and deletes them itself.</summary>
internal sealed class DeliveredRows : IConfirmations
{
    private readonly List<long> _numbers = [];

    public IReadOnlyCollection<long> Numbers => _numbers;

    public void Add(long sequenceNumber) => _numbers.Add(sequenceNumber);
}
