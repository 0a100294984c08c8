using System.Text.Json;
using System.Text.Json.Serialization;
using Sagas.Contracts;

namespace Sagas.Persistence;

/// <summary>A definite answer as <c>step_barrier.reply</c> keeps it.</summary>
internal sealed record RecordedReply
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The key of the command that was answered.</summary>
    public required string IdempotencyKey { get; init; }

    public JsonElement? Result { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public static RecordedReply Read(StepBarrier row)
    {
        return JsonSerializer.Deserialize<RecordedReply>(row.Reply, Options)
            ?? throw new InvalidOperationException(
                $"The row of step_barrier for the step '{row.Step}' of the saga {row.SagaId} has null for a reply. "
                + "Restore or delete the row.");
    }

    public string Write()
    {
        return JsonSerializer.Serialize(this, Options);
    }

    /// <summary>The answer to a command, which names the command's own attempt.</summary>
    public IStepReply ToReply(string replyType, IStepCommand command, StepDirection direction)
    {
        return replyType == BarrierReplyTypes.Succeeded
            ? new StepSucceeded
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Result = Result,
            }
            : new StepFailed
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Code = Code ?? "",
                Message = Message ?? "",
            };
    }
}
