using System.Text.Json;
using Sagas.Worker.Definitions;

namespace Sagas.Worker.Orchestration;

/// <summary>The rules of a saga: a pure function from what is known and what happened to what is known then and what is to be sent.</summary>
internal static class SagaEngine
{
    public static SagaTransition Start(SagaDefinition definition, Guid sagaId, JsonElement input, DateTimeOffset now, Func<double> random) =>
        throw new NotSupportedException();

    public static SagaTransition Handle(
        SagaDefinition definition,
        SagaInstance saga,
        SagaInput input,
        DateTimeOffset now,
        Func<double> random) => throw new NotSupportedException();
}
