namespace Sagas.Dashboard.Pages.Models;

/// <summary>A message that the broker would not take.</summary>
/// <param name="Number">Its number in the outbox.</param>
/// <param name="Type">The message's type, without its namespace.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="SagaId">The saga that it belongs to, where it says so.</param>
/// <param name="ParkedAt">When it was parked.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">What went wrong the last time.</param>
public sealed record ParkedRow(
    long Number,
    string Type,
    string Destination,
    Guid? SagaId,
    DateTimeOffset ParkedAt,
    int Attempts,
    string LastError);
