using System.Text.Json;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>A message's body.</summary>
/// <param name="Root">The JSON.</param>
/// <param name="IsFlattened">Whether it was nested too deep, and what was is text in it.</param>
/// <param name="Mistake">Where it was no JSON, but almost.</param>
internal readonly record struct MessageJson(JsonElement Root, bool IsFlattened, JsonException? Mistake = null);
