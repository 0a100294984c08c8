namespace Sagas.Participants;

/// <summary>What <see cref="StepParticipantsConfigurator{TDbContext}"/> was told.</summary>
/// <typeparam name="TDbContext">The participants' own database.</typeparam>
internal sealed record StepParticipantSettings<TDbContext>(TimeSpan DeadlineMargin);
