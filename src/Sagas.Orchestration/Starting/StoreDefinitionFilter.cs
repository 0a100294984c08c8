using MassTransit;
using Sagas.Contracts;
using Sagas.Orchestration.Definitions;

namespace Sagas.Orchestration.Starting;

/// <summary>
/// Finds the definition of a start, which goes along as a <see cref="StartDefinition"/>, and stores it before the first
/// saga on it starts: in a transaction of its own, ahead of the delivery's, so
/// that a delivery that rolls back does not take it along, and that SQLite's single writer does not wait for itself.
/// </summary>
internal sealed class StoreDefinitionFilter(SagaDefinitionCatalog definitions) : IFilter<ConsumeContext<StartSaga>>
{
    public async Task Send(ConsumeContext<StartSaga> context, IPipe<ConsumeContext<StartSaga>> next)
    {
        var definition = new StartDefinition(await definitions.UseAsync(
            context.Message.SagaName, context.Message.Version, context.CancellationToken));
        context.AddOrUpdatePayload(() => definition, _ => definition);
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("storeDefinition");
}
