using MassTransit;
using Sagas.Contracts;
using Sagas.Worker.Definitions;

namespace Sagas.Worker.Orchestration.Starting;

/// <summary>
/// Stores a definition before the first saga on it starts: in a transaction of its own, ahead of the delivery's, so
/// that a delivery that rolls back does not take it along, and that SQLite's single writer does not wait for itself.
/// </summary>
internal sealed class StoreDefinitionFilter(SagaDefinitionCatalog definitions) : IFilter<ConsumeContext<StartSaga>>
{
    public async Task Send(ConsumeContext<StartSaga> context, IPipe<ConsumeContext<StartSaga>> next)
    {
        await definitions.UseAsync(context.Message.SagaName, context.Message.Version, context.CancellationToken);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("storeDefinition");
}
