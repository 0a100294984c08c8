using System.Text.Json;
using MassTransit;

namespace Sagas.Benchmarks.Systems.Twins;

/// <summary>A saga of the twins on MassTransit.</summary>
internal sealed class TwinState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public string Name { get; set; } = "";

    public JsonElement Input { get; set; }

    /// <summary>The step in hand, from 1.</summary>
    public int Step { get; set; }

    public Dictionary<string, JsonElement?> Results { get; } = [];

    /// <summary>The number of the last event, from 1.</summary>
    public int Events { get; set; }
}
