using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Makes bad inputs of every kind; the same seed makes the same ones, each from dice of its own.</summary>
internal sealed class Fuzzer(ulong seed)
{
    private ulong _number;

    private readonly (IAbuse Abuse, double Share)[] _kinds =
    [
        (new AmqpAbuse(), 0.2),
        (new EnvelopeAbuse(), 0.2),
        (new JsonAbuse(), 0.2),
        (new FloodAbuse(), 0.15),
        (new HugeAbuse(), 0.003),
        (new ContractAbuse(), 1),
    ];

    public BadInput Next(Victims victims)
    {
        var dice = Dice.Of(seed, ++_number);
        var roll = dice.NextDouble();
        foreach (var (abuse, share) in _kinds)
        {
            if ((roll -= share) < 0)
            {
                return abuse.Next(dice, victims);
            }
        }

        throw new InvalidOperationException("The last kind takes the rest.");
    }
}
