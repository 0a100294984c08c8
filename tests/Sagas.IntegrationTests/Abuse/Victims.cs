using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>The sagas that bad inputs are about, and where their answers go.</summary>
/// <param name="Answers">The queue, and the exchange before it, that answers are to go to.</param>
/// <param name="Ended">Sagas that are over.</param>
/// <param name="Suspended">Sagas that wait for an operator.</param>
/// <param name="InFlight">Sagas that wait for a participant.</param>
/// <param name="Flooded">A saga that is over, for floods of replies.</param>
internal sealed record Victims(
    string Answers, IReadOnlyList<Guid> Ended, IReadOnlyList<Guid> Suspended, IReadOnlyList<Guid> InFlight, Guid Flooded)
{
    private int _attempt = 1_000_000;

    public static readonly IReadOnlyList<string> Steps = ["reserve-stock", "charge-card", "book-shipment"];

    /// <summary>An attempt that no saga has ever sent, and that no other input names.</summary>
    public int UnusedAttempt(Dice dice) => dice.Chance(0.5) ? ++_attempt : -(++_attempt);

    public Guid AnySaga(Dice dice) => dice.Pick(dice.Pick<IReadOnlyList<Guid>>([Ended, Suspended, InFlight]));
}
