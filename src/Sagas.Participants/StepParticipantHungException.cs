namespace Sagas.Participants;

/// <summary>
/// A participant went on working although it was cancelled: its delivery is given up, transaction and all.
/// </summary>
internal sealed class StepParticipantHungException(string step, TimeSpan margin) : Exception(
    $"The participant of the step '{step}' was cancelled {margin} after the command's deadline and still works. Its "
    + "transaction was rolled back. Hand the cancellation token to everything that it waits for.");
