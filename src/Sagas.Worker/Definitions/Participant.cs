namespace Sagas.Worker.Definitions;

/// <summary>
/// Who carries a step out, or undoes it: a <see cref="QueueParticipant"/> or an <see cref="HttpParticipant"/>.
/// </summary>
public abstract record Participant
{
    private protected Participant()
    {
    }
}
