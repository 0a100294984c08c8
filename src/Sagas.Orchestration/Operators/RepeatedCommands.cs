using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Orchestration.Starting;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Operators;

/// <summary>
/// Recognises an operator's command that comes again, by its idempotency key or else its message id, whatever has
/// become of the saga since. Commands that were refused are not remembered: they had no effect.
/// </summary>
internal sealed class RepeatedCommands(
    IdempotencyKeys keys, IDeliveryTransaction transaction, IOptions<StartOptions> options,
    [SagaClock] TimeProvider clock)
{
    /// <summary>
    /// Whether the command is the first one under its key; if it would be carried out, the key is its own from now on.
    /// </summary>
    /// <param name="context">The delivery.</param>
    /// <param name="command">The command.</param>
    /// <param name="isAccepted">Whether the saga's state permits it.</param>
    public async Task<CommandRepetition> CheckAsync(ConsumeContext context, IOperatorCommand command, bool isAccepted)
    {
        if ((command.IdempotencyKey ?? context.MessageId?.ToString()) is not { } name)
        {
            return CommandRepetition.First;
        }

        // No start request has a key with a slash.
        var key = $"command/{name}";
        var hash = HashOf(command);
        var now = clock.GetUtcNow().UtcDateTime;
        var earlier = isAccepted
            ? await keys.ReserveAsync(
                transaction,
                key,
                hash,
                command.SagaId,
                now,
                now + options.Value.IdempotencyKeyLifetime,
                context.CancellationToken)
            : await keys.FindAsync(transaction, key, now, context.CancellationToken);
        return earlier is null or { IsReserved: true } ? CommandRepetition.First
            : earlier.RequestHash == hash ? CommandRepetition.Same
            : CommandRepetition.Another;
    }

    private static string HashOf(IOperatorCommand command) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            command.GetType().Name,
            command.SagaId,
            (command as SkipStep)?.Step,
            command.Operator,
            command.Reason,
        })));
}
