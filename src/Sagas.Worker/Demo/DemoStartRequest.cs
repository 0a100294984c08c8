using System.Text.Json;

namespace Sagas.Worker.Demo;

/// <summary>A line that a worker of the demo reads: the saga to start.</summary>
internal sealed record DemoStartRequest(Guid SagaId, string SagaName, JsonElement Input);
