using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>
/// Who carries a step out, or undoes it: a <see cref="QueueParticipant"/> or an <see cref="HttpParticipant"/>.
/// </summary>
public abstract record Participant
{
    private protected Participant()
    {
    }
}
