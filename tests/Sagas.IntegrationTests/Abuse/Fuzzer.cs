using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>Makes bad inputs of every kind; the same seed makes the same ones, each from dice of its own.</summary>
internal sealed class Fuzzer(ulong seed)
{
    /// <summary>How many go to the queue of the steps over HTTP. It takes none of the types that are sent.</summary>
    private const double HttpShare = 0.15;

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
                var input = abuse.Next(dice, victims);

                // Of what is repeated each copy counts, which is so for the worker's own queue only.
                return abuse is not FloodAbuse && dice.Chance(HttpShare)
                    ? input with { Queue = "sagas.http", Attempt = null }
                    : input;
            }
        }

        throw new InvalidOperationException("The last kind takes the rest.");
    }
}
