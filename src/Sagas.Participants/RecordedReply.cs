using System.Text.Json;
using System.Text.Json.Serialization;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Persistence;

namespace Sagas.Participants;

/// <summary>A definite answer as <c>step_barrier.reply</c> keeps it.</summary>
internal sealed record RecordedReply
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

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

    /// <summary>The row of what a command came to, or <see langword="null"/> where that is not known.</summary>
    public static StepBarrier? Record(StepDelivery delivery, StepOutcome outcome, DateTime now)
    {
        if (outcome.Kind == StepOutcomeKind.Unknown)
        {
            return null;
        }

        var succeeded = outcome.Kind == StepOutcomeKind.Succeeded;
        var reply = new RecordedReply
        {
            Result = delivery.Direction == StepDirection.Execute ? outcome.Result : null,
            Code = succeeded ? null : outcome.Code,
            Message = succeeded ? null : outcome.Message,
        };
        return new StepBarrier
        {
            SagaId = delivery.Command.SagaId,
            Step = delivery.Command.Step,
            Direction = delivery.Direction.ToString(),
            Round = delivery.Round,
            Attempt = delivery.Command.Attempt,
            ReplyType = outcome.Kind switch
            {
                StepOutcomeKind.Succeeded => BarrierReplyTypes.Succeeded,
                StepOutcomeKind.Retry => BarrierReplyTypes.FailedRetryably,
                _ => BarrierReplyTypes.Failed,
            },
            Reply = StorableJson.Of(JsonSerializer.Serialize(reply, Options)),
            CreatedAt = now,
        };
    }

    /// <summary>The recorded answer, to a command: it names the command's own attempt.</summary>
    public static IStepReply Answer(StepBarrier row, StepDelivery delivery)
    {
        var (command, direction) = delivery;
        var reply = Read(row);
        return row.ReplyType == BarrierReplyTypes.Succeeded
            ? new StepSucceeded
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Result = reply.Result,
            }
            : new StepFailed
            {
                SagaId = command.SagaId,
                Step = command.Step,
                Direction = direction,
                Attempt = command.Attempt,
                Code = reply.Code ?? "",
                Message = reply.Message ?? "",
                Retryable = row.ReplyType == BarrierReplyTypes.FailedRetryably,
            };
    }

    /// <summary>The answer to a command to execute a step that was compensated.</summary>
    public static StepFailed Refusal(StepDelivery delivery)
    {
        return new StepFailed
        {
            SagaId = delivery.Command.SagaId,
            Step = delivery.Command.Step,
            Direction = delivery.Direction,
            Attempt = delivery.Command.Attempt,
            Code = StepFailureCodes.AlreadyCompensated,
            Message = $"The step '{delivery.Command.Step}' was compensated before this command to execute it arrived.",
        };
    }
}
