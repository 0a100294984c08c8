using System.Text.Json;
using Npgsql;
using Sagas.Benchmarks.Participants;
using Sagas.Contracts;

namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>The participants' part: a row a step, and the barrier that makes it idempotent.</summary>
internal sealed class RawParticipants : IRawWork
{
    public const string Script = "Participants.sql";

    private static readonly JsonElement Done = JsonElement.Parse("""{"done":true}""");

    private readonly Dictionary<BarrierKey, RecordedReply> _barrier = [];
    private readonly List<BarrierKey> _recorded = [];
    private readonly List<BarrierKey> _done = [];
    private readonly List<BarrierKey> _undone = [];

    public NpgsqlBatchCommand Load(IReadOnlyList<(string Type, JsonElement Message)> received)
    {
        _barrier.Clear();
        _recorded.Clear();
        _done.Clear();
        _undone.Clear();
        return RawSql.Command(
            """
            SELECT saga_id, step, direction, reply_type = 'StepSucceeded', reply FROM step_barrier
            WHERE saga_id = ANY($1)
            """,
            received.Select(x => x.Message.GetProperty("sagaId").GetGuid()).ToArray());
    }

    public async Task ReadAsync(NpgsqlDataReader reader)
    {
        while (await reader.ReadAsync())
        {
            var direction = Enum.Parse<StepDirection>(reader.GetString(2));
            _barrier[new(reader.GetGuid(0), reader.GetString(1), direction)] =
                new(reader.GetBoolean(3), JsonElement.Parse(reader.GetString(4)));
        }
    }

    public (IReadOnlyList<RawMessage> Messages, IReadOnlyList<NpgsqlBatchCommand> Writes) Decide(
        IReadOnlyList<(string Type, JsonElement Message)> received)
    {
        var messages = received
            .Select(x => x.Type == nameof(ExecuteStep)
                ? Execute(x.Message.Deserialize(RawJson.Default.ExecuteStep)!)
                : Compensate(x.Message.Deserialize(RawJson.Default.CompensateStep)!))
            .ToList();
        return (messages, [Record(), .. Change()]);
    }

    private RawMessage Execute(ExecuteStep command)
    {
        var key = new BarrierKey(command.SagaId, command.Step, StepDirection.Execute);
        if (!_barrier.ContainsKey(key))
        {
            if (StepFailure.IsAskedFor(command.Input.Deserialize(RawJson.Default.DictionaryStringString), command.Step))
            {
                Add(key, Refusal(StepFailure.Message));
            }
            else
            {
                Add(key, new RecordedReply(true, Done));
                _done.Add(key);
            }
        }

        return Answer(key, command);
    }

    private RawMessage Compensate(CompensateStep command)
    {
        var key = new BarrierKey(command.SagaId, command.Step, StepDirection.Compensate);
        var execution = key with { Direction = StepDirection.Execute };
        if (!_barrier.ContainsKey(key))
        {
            if (!_barrier.TryGetValue(execution, out var executed))
            {
                Add(execution, Refusal("The step is compensated already."));
            }
            else if (executed.IsSuccess)
            {
                _undone.Add(key);
            }

            Add(key, new RecordedReply(true, Done));
        }

        return Answer(key, command);
    }

    private void Add(BarrierKey key, RecordedReply reply)
    {
        _barrier[key] = reply;
        _recorded.Add(key);
    }

    private RawMessage Answer(BarrierKey key, IStepCommand command)
    {
        var reply = _barrier[key];
        return reply.IsSuccess
            ? RawMessage.Create(key.SagaId, RawBroker.OrchestratorQueue, nameof(IStepReply), new StepSucceeded
            {
                SagaId = key.SagaId,
                Step = key.Step,
                Direction = key.Direction,
                Attempt = command.Attempt,
                Result = reply.Content,
            })
            : RawMessage.Create(key.SagaId, RawBroker.OrchestratorQueue, nameof(IStepReply), new StepFailed
            {
                SagaId = key.SagaId,
                Step = key.Step,
                Direction = key.Direction,
                Attempt = command.Attempt,
                Code = StepFailure.Code,
                Message = reply.Content.GetString()!,
            });
    }

    /// <remarks>For a command that another process carries out meanwhile, the key fails the batch.</remarks>
    private NpgsqlBatchCommand Record() => RawSql.Command(
        """
        INSERT INTO step_barrier (saga_id, step, direction, round, attempt, reply_type, reply, created_at)
        SELECT saga_id, step, direction, 1, 1, reply_type, reply::jsonb, $6
        FROM unnest($1, $2, $3, $4, $5) AS row (saga_id, step, direction, reply_type, reply)
        """,
        _recorded.Select(x => x.SagaId).ToArray(),
        _recorded.Select(x => x.Step).ToArray(),
        _recorded.Select(x => x.Direction.ToString()).ToArray(),
        _recorded.Select(x => _barrier[x].IsSuccess ? nameof(StepSucceeded) : nameof(StepFailed)).ToArray(),
        _recorded.Select(x => _barrier[x].Content.GetRawText()).ToArray(),
        DateTime.UtcNow);

    private IEnumerable<NpgsqlBatchCommand> Change()
    {
        if (_done.Count > 0)
        {
            yield return RawSql.Command(
                "INSERT INTO business_row (saga_id, step, done_at) SELECT *, $3 FROM unnest($1, $2)",
                _done.Select(x => x.SagaId).ToArray(),
                _done.Select(x => x.Step).ToArray(),
                DateTime.UtcNow);
        }

        if (_undone.Count > 0)
        {
            yield return RawSql.Command(
                """
                UPDATE business_row SET undone_at = $3 FROM unnest($1, $2) AS undone (saga_id, step)
                WHERE business_row.saga_id = undone.saga_id AND business_row.step = undone.step
                """,
                _undone.Select(x => x.SagaId).ToArray(),
                _undone.Select(x => x.Step).ToArray(),
                DateTime.UtcNow);
        }
    }

    private static RecordedReply Refusal(string message) =>
        new(false, JsonSerializer.SerializeToElement(message, RawJson.Default.String));

    private readonly record struct BarrierKey(Guid SagaId, string Step, StepDirection Direction);

    private readonly record struct RecordedReply(bool IsSuccess, JsonElement Content);
}
