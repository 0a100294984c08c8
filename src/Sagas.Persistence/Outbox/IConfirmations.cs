namespace Sagas.Persistence.Outbox;

/// <summary>Takes in which messages of a delivery the broker has confirmed, as soon as it has.</summary>
internal interface IConfirmations
{
    /// <summary>Takes in that a row's message is confirmed.</summary>
    void Add(long sequenceNumber);
}
