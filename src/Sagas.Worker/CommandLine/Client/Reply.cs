using System.Text.Json;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>What the worker answered.</summary>
/// <param name="Value">What it means.</param>
/// <param name="Json">As it came, for programs.</param>
internal sealed record Reply<T>(T Value, JsonElement Json)
{
    /// <summary>Whether it had answered the same request before.</summary>
    public bool WasReplayed { get; init; }
}
