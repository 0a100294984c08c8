using System.Text.Json;
using Npgsql;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>What a process of the raw twin does with the deliveries in hand.</summary>
internal interface IRawWork
{
    /// <summary>Reads and locks all that they need.</summary>
    NpgsqlBatchCommand Load(IReadOnlyList<(string Type, JsonElement Message)> received);

    /// <summary>Takes what was read.</summary>
    Task ReadAsync(NpgsqlDataReader reader);

    /// <summary>What to send, and what to write in the same transaction.</summary>
    (IReadOnlyList<RawMessage> Messages, IReadOnlyList<NpgsqlBatchCommand> Writes) Decide(
        IReadOnlyList<(string Type, JsonElement Message)> received);
}
