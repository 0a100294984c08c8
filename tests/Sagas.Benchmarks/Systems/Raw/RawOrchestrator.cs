using System.Globalization;
using System.Text.Json;
using Npgsql;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>The worker's part: sagas, their histories, commands and events.</summary>
internal sealed class RawOrchestrator : IRawWork
{
    public const string Script = "Orchestrator.sql";

    private readonly Dictionary<Guid, RawSaga> _sagas = [];

    public NpgsqlBatchCommand Load(IReadOnlyList<(string Type, JsonElement Message)> received)
    {
        _sagas.Clear();
        return RawSql.Command(
            """
            SELECT id, name, state, current_step, direction, input, results, steps,
                history_sequence, event_sequence, row_version, started_at
            FROM saga_state WHERE id = ANY($1) ORDER BY id FOR UPDATE
            """,
            received.Select(x => x.Message.GetProperty("sagaId").GetGuid()).ToArray());
    }

    public async Task ReadAsync(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync())
        {
            var step = reader.IsDBNull(3) ? "step-0" : reader.GetString(3);
            _sagas[reader.GetGuid(0)] = new RawSaga
            {
                Id = reader.GetGuid(0),
                Name = reader.GetString(1),
                State = reader.GetString(2),
                Step = int.Parse(step.AsSpan("step-".Length), CultureInfo.InvariantCulture),
                Direction = !reader.IsDBNull(4) && reader.GetString(4) == "Compensate"
                    ? StepDirection.Compensate
                    : StepDirection.Execute,
                Input = JsonElement.Parse(reader.GetString(5)),
                Results = JsonSerializer.Deserialize(
                    reader.GetString(6), RawJson.Default.DictionaryStringNullableJsonElement)!,
                Steps = JsonSerializer.Deserialize(reader.GetString(7), RawJson.Default.RawStepArray)!,
                HistorySequence = reader.GetInt32(8),
                EventSequence = reader.GetInt32(9),
                RowVersion = reader.GetInt32(10),
                StartedAt = reader.GetDateTime(11),
            };
        }
    }

    public (IReadOnlyList<RawMessage> Messages, IReadOnlyList<NpgsqlBatchCommand> Writes) Decide(
        IReadOnlyList<(string Type, JsonElement Message)> received)
    {
        var now = DateTime.UtcNow;
        foreach (var (type, message) in received)
        {
            Handle(type, message, now);
        }

        var changed = _sagas.Values.Where(x => x.History.Count > 0).ToList();
        return (
            [.. changed.SelectMany(x => x.Messages)],
            [Save(changed), Record([.. changed.SelectMany(x => x.History)])]);
    }

    private void Handle(string type, JsonElement message, DateTime now)
    {
        if (type == nameof(StartSaga))
        {
            var request = message.Deserialize(RawJson.Default.StartSaga)!;
            if (!_sagas.ContainsKey(request.SagaId!.Value))
            {
                _sagas[request.SagaId.Value] = RawSaga.Start(request, now);
            }
        }
        else if (type == nameof(StepSucceeded))
        {
            var reply = message.Deserialize(RawJson.Default.StepSucceeded)!;
            if (_sagas[reply.SagaId] is var saga && saga.Awaits(reply))
            {
                saga.Succeeded(reply, now);
            }
        }
        else
        {
            var reply = message.Deserialize(RawJson.Default.StepFailed)!;
            if (_sagas[reply.SagaId] is var saga && saga.Awaits(reply))
            {
                saga.Failed(reply, now);
            }
        }
    }

    /// <remarks>For a saga that another process has started meanwhile, its history's key fails the batch.</remarks>
    private static NpgsqlBatchCommand Save(List<RawSaga> sagas) => RawSql.Command(
        """
        INSERT INTO saga_state
            (id, name, version, state, current_step, direction, attempt, due_at, input, results, steps, failure,
             history_sequence, event_sequence, started_at, updated_at, ended_at, row_version)
        SELECT id, name, 1, state, step, direction, 1, due_at,
            input::jsonb, results::jsonb, steps::jsonb, failure::jsonb,
            history_sequence, event_sequence, started_at, updated_at, ended_at, row_version
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS saga
            (id, name, state, step, direction, due_at, input, results, steps, failure,
             history_sequence, event_sequence, started_at, updated_at, ended_at, row_version)
        ON CONFLICT (id) DO UPDATE SET
            state = excluded.state,
            current_step = excluded.current_step,
            direction = excluded.direction,
            due_at = excluded.due_at,
            results = excluded.results,
            steps = excluded.steps,
            failure = excluded.failure,
            history_sequence = excluded.history_sequence,
            event_sequence = excluded.event_sequence,
            updated_at = excluded.updated_at,
            ended_at = excluded.ended_at,
            row_version = excluded.row_version
        """,
        sagas.Select(x => x.Id).ToArray(),
        sagas.Select(x => x.Name).ToArray(),
        sagas.Select(x => x.State).ToArray(),
        sagas.Select(x => x.HasEnded ? null : x.Steps[x.Step - 1].Name).ToArray(),
        sagas.Select(x => x.HasEnded ? null : x.Direction.ToString()).ToArray(),
        sagas.Select(x => x.HasEnded ? (DateTime?)null : x.UpdatedAt.AddMinutes(1)).ToArray(),
        sagas.Select(x => x.Input.GetRawText()).ToArray(),
        sagas.Select(x => x.ResultsJson).ToArray(),
        sagas.Select(x => JsonSerializer.Serialize(x.Steps, RawJson.Default.RawStepArray)).ToArray(),
        sagas.Select(x => x.FailureJson).ToArray(),
        sagas.Select(x => x.HistorySequence).ToArray(),
        sagas.Select(x => x.EventSequence).ToArray(),
        sagas.Select(x => x.StartedAt).ToArray(),
        sagas.Select(x => x.UpdatedAt).ToArray(),
        sagas.Select(x => x.HasEnded ? x.UpdatedAt : (DateTime?)null).ToArray(),
        sagas.Select(x => x.RowVersion + 1).ToArray());

    private static NpgsqlBatchCommand Record(List<RawHistory> rows) => RawSql.Command(
        """
        INSERT INTO saga_history (saga_id, sequence, time, event, step, direction, attempt, detail)
        SELECT saga_id, sequence, time, event, step, direction, attempt, detail::jsonb
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            AS row (saga_id, sequence, time, event, step, direction, attempt, detail)
        """,
        rows.Select(x => x.SagaId).ToArray(),
        rows.Select(x => x.Sequence).ToArray(),
        rows.Select(x => x.Time).ToArray(),
        rows.Select(x => x.Event).ToArray(),
        rows.Select(x => x.Step).ToArray(),
        rows.Select(x => x.Direction).ToArray(),
        rows.Select(x => x.Attempt).ToArray(),
        rows.Select(x => x.Detail).ToArray());
}
