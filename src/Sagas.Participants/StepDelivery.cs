using System.Globalization;
using Sagas.Contracts;

namespace Sagas.Participants;

/// <summary>A command as it was delivered.</summary>
/// <param name="Command">The command.</param>
/// <param name="Direction">The direction that its type stands for.</param>
internal sealed record StepDelivery(IStepCommand Command, StepDirection Direction)
{
    /// <summary>
    /// The last part of the idempotency key <c>{sagaId}/{step}/{direction}/{round}</c>; 0 where there is none.
    /// </summary>
    public int Round { get; } = RoundOf(Command.IdempotencyKey);

    private static int RoundOf(string idempotencyKey)
    {
        var last = idempotencyKey.AsSpan(idempotencyKey.LastIndexOf('/') + 1);
        return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : 0;
    }
}
