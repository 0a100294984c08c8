using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Simulation;

/// <summary>What the rows of the history say, which must be what the engine recorded.</summary>
internal static class HistoryRows
{
    public static IReadOnlyList<HistoryRecord> Read(Guid sagaId, IReadOnlyList<HistoryRecord> recorded)
    {
        var rows = new HistoryRecord[recorded.Count];
        for (var index = 0; index < rows.Length; index++)
        {
            var row = SagaStateMapper.ToEntry(sagaId, recorded[index]);
            var read = rows[index] = Read(row);
            Invariant.Require(
                row.SagaId == sagaId && read == recorded[index],
                Invariant.History,
                () => $"The row of {row.SagaId} says {read}, recorded was {recorded[row.Sequence - recorded[0].Sequence]}.");
        }

        return rows;
    }

    private static HistoryRecord Read(SagaHistoryEntry row) => new(
        row.Sequence,
        new DateTimeOffset(row.Time, TimeSpan.Zero),
        row.Event,
        row.Step,
        row.Direction is null ? null : Enum.Parse<StepDirection>(row.Direction),
        row.Attempt,
        row.Detail is null ? null : JsonSerializer.Deserialize(row.Detail, SagaStateJson.Default.HistoryDetail));
}
