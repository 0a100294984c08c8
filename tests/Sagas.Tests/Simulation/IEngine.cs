using System.Text.Json;
using Sagas.Engine;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>The engine of a simulation: the real one, or one that is broken to show that it is found out.</summary>
internal interface IEngine
{
    SagaTransition Start(
        SagaDefinition definition,
        Guid sagaId,
        JsonElement input,
        DateTimeOffset now,
        Func<double> random,
        EngineLimits limits) =>
        SagaEngine.Start(definition, sagaId, input, now, random, limits);

    SagaTransition Handle(
        SagaDefinition definition,
        SagaInstance saga,
        SagaInput input,
        DateTimeOffset now,
        Func<double> random,
        EngineLimits limits) =>
        SagaEngine.Handle(definition, saga, input, now, random, limits);
}

/// <summary>The engine as it is.</summary>
internal sealed class ProductionEngine : IEngine;
