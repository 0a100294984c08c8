using Sagas.Contracts;

namespace Sagas.Persistence;

/// <summary>A command as it was delivered.</summary>
/// <param name="Command">The command.</param>
/// <param name="Direction">The direction that its type stands for.</param>
/// <param name="MessageId">The message's id, which a second delivery of it repeats.</param>
internal sealed record StepDelivery(IStepCommand Command, StepDirection Direction, Guid? MessageId);
