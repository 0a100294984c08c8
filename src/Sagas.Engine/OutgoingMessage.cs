using Sagas.Contracts;
using Sagas.Engine.Definitions;

namespace Sagas.Engine;

/// <summary>A message that a transition sends, after its state is committed.</summary>
internal abstract record OutgoingMessage
{
    private OutgoingMessage()
    {
    }

    /// <summary>A command to a participant.</summary>
    /// <param name="Participant">Who carries it out.</param>
    /// <param name="Message">An <see cref="ExecuteStep"/> or a <see cref="CompensateStep"/>.</param>
    internal sealed record Command(Participant Participant, IStepCommand Message) : OutgoingMessage;

    /// <summary>An event to whoever listens.</summary>
    /// <param name="Message">One of the events of the contracts.</param>
    internal sealed record Event(ISagaEvent Message) : OutgoingMessage;
}
