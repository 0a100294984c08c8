using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>A kind of abuse: makes one bad input after the other, each from the dice alone.</summary>
internal interface IAbuse
{
    BadInput Next(Dice dice, Victims victims);
}
