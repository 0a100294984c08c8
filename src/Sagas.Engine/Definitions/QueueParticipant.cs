namespace Sagas.Engine.Definitions;

/// <summary>A service behind a queue.</summary>
/// <param name="Queue">The queue that the commands go to: 1 to 255 characters.</param>
/// <param name="Format">How the command's body is written. The default is <see cref="MessageFormat.Envelope"/>.</param>
public sealed record QueueParticipant(string Queue, MessageFormat Format = MessageFormat.Envelope) : Participant;
