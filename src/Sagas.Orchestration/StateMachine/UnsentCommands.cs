using System.Text.Json;
using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.StateMachine;

/// <summary>
/// Answers in the participant's place a command that is too large for the broker: the attempt is over at once, with that
/// as the reason, and no other one is made.
/// </summary>
/// <remarks>
/// The engine measures commands by <c>Sagas:Outbox:MaxMessageBytes</c>; this is for a broker whose limit is lower.
/// </remarks>
internal sealed class UnsentCommands(IBus bus) : IUnsentMessages<SagaStoreDbContext>
{
    private static readonly string Execute = MessageUrn.ForTypeString<ExecuteStep>();
    private static readonly string Compensate = MessageUrn.ForTypeString<CompensateStep>();

    public async Task<bool> ReportAsync(OutboxMessage message, string reason, bool isCertain, CancellationToken stop)
    {
        if (Read(message) is not { } command)
        {
            return false;
        }

        var text = $"The command to {(command.Direction == StepDirection.Execute ? "execute" : "undo")} step "
            + $"'{command.Step}' was not sent. {reason}";
        var worker = await bus.GetSendEndpoint(SagaAddresses.Worker).WaitAsync(stop);
        if (isCertain)
        {
            await worker.SendConfirmedAsync(
                new StepFailed
                {
                    SagaId = command.SagaId,
                    Step = command.Step,
                    Direction = command.Direction,
                    Attempt = command.Attempt,
                    Code = FailureCodes.CommandTooLarge,
                    Message = text,
                },
                stop);
        }
        else
        {
            await worker.SendConfirmedAsync(
                new StepOutcomeUnknown
                {
                    SagaId = command.SagaId,
                    Step = command.Step,
                    Direction = command.Direction,
                    Attempt = command.Attempt,
                    Code = FailureCodes.CommandTooLarge,
                    Message = text,
                },
                stop);
        }

        return true;
    }

    private static Command? Read(OutboxMessage message)
    {
        var types = message.MessageType.Split(';');
        var direction = types.Contains(Execute) ? StepDirection.Execute
            : types.Contains(Compensate) ? StepDirection.Compensate
            : (StepDirection?)null;
        if (direction is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(message.Body, new JsonDocumentOptions { MaxDepth = 1_000 });
            var command = document.RootElement.TryGetProperty("messageType", out _)
                ? document.RootElement.GetProperty("message")
                : document.RootElement;
            return new Command(
                command.GetProperty("sagaId").GetGuid(),
                command.GetProperty("step").GetString()!,
                command.GetProperty("attempt").GetInt32(),
                direction.Value);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return null;
        }
    }

    private sealed record Command(Guid SagaId, string Step, int Attempt, StepDirection Direction);
}
