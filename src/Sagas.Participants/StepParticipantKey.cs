namespace Sagas.Participants;

/// <summary>Finds a step's participant among the services.</summary>
/// <param name="DbContext">The participants' database: two databases in one process may have steps of the same
/// name.</param>
/// <param name="Step">The step's name.</param>
internal sealed record StepParticipantKey(Type DbContext, string Step);
