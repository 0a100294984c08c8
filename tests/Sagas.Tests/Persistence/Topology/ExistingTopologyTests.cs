using MassTransit;

namespace Sagas.Tests.Persistence.Topology;

public sealed class ExistingTopologyTests
{
    /// <summary>It uses private fields of MassTransit's, which another version of it may not have.</summary>
    [Fact]
    public void UseExistingTopology_BusOnRabbitMq_FindsWhatItReplaces() =>
        Should.NotThrow(() => Bus.Factory.CreateUsingRabbitMq(bus => bus.UseExistingTopology()));
}
