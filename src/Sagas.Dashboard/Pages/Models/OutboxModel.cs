namespace Sagas.Dashboard.Pages.Models;

/// <summary>The outbox.</summary>
/// <param name="Waiting">How many messages are on their way.</param>
/// <param name="Age">For how long the oldest that should have gone waits.</param>
/// <param name="ParkedCount">How many the broker would not take.</param>
/// <param name="Parked">The first of those.</param>
public sealed record OutboxModel(long Waiting, TimeSpan Age, long ParkedCount, IReadOnlyList<ParkedRow> Parked);
