using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Starting;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Operators;

/// <summary>
/// Tells what the API has sent, which knows who its callers are, from what anybody may write into the queue: by a header
/// with the caller's name and an HMAC over it and the message, under a secret that only the database's workers know.
/// </summary>
internal sealed class CallerSignatures(
    Database<SagaStoreDbContext> database, IOptions<StartOptions> options, [SagaClock] TimeProvider clock)
{
    /// <summary>The header: form, second of signing, HMAC and name, with blanks between.</summary>
    public const string Header = "Sagas-Caller";

    /// <summary>What the name of somebody ends with who only says that it is his.</summary>
    public const string Mark = " (unverified)";

    private const string Form = "1";

    private byte[]? _secret;

    /// <summary>Signs a message that is to be sent.</summary>
    /// <param name="message">The message.</param>
    /// <param name="messageId">Its id: a signature is good for no other message.</param>
    /// <param name="caller">Who has it sent.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The header's value.</returns>
    public async Task<string> SignAsync(object message, Guid messageId, string caller, CancellationToken stop)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        var mac = Compute(await SecretAsync(stop), message, messageId, caller, second);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Form} {second} {Base64Url.EncodeToString(mac)} {caller}");
    }

    /// <summary>
    /// Who had a message sent by the API of a worker of this database; <see langword="null"/> for any other message, and
    /// for one that may be a copy: it is older than commands that come again are known for.
    /// </summary>
    public async ValueTask<string?> CallerOfAsync<TMessage>(ConsumeContext<TMessage> context)
        where TMessage : class
    {
        if (context.MessageId is not { } messageId
            || !context.Headers.TryGetHeader(Header, out var value)
            || (value as string)?.Split(' ', 4) is not [Form, var time, var signature, var caller]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            || Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - second)
                > options.Value.IdempotencyKeyLifetime.TotalSeconds)
        {
            return null;
        }

        var mac = Compute(await SecretAsync(context.CancellationToken), context.Message, messageId, caller, second);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString(mac)), Encoding.UTF8.GetBytes(signature))
                ? caller
                : null;
    }

    /// <summary>The command with its operator as the records are to name him.</summary>
    public async ValueTask<IOperatorCommand> NameAsync<TMessage>(ConsumeContext<TMessage> context, IOperatorCommand command)
        where TMessage : class
    {
        if (string.IsNullOrWhiteSpace(command.Operator) || await CallerOfAsync(context) == command.Operator)
        {
            return command;
        }

        var name = EngineText.Limit(command.Operator, EngineText.MaxOperator - Mark.Length) + Mark;
        return command switch
        {
            RetrySaga retry => retry with { Operator = name },
            SkipStep skip => skip with { Operator = name },
            CancelSaga cancel => cancel with { Operator = name },
            AbortSaga abort => abort with { Operator = name },
            _ => throw new ArgumentException(
                $"{command.GetType().Name} is no command that has a name to be marked.", nameof(command)),
        };
    }

    private async ValueTask<byte[]> SecretAsync(CancellationToken stop) => _secret ??= Encoding.UTF8.GetBytes(
        await database.ReadAsync(
            session => session.Context.Set<WorkerSecret>().Where(x => x.Name == WorkerSecret.Caller)
                .Select(x => x.Value).SingleAsync(stop),
            stop));

    private static byte[] Compute(byte[] secret, object message, Guid messageId, string caller, long second) =>
        HMACSHA256.HashData(
            secret,
            JsonSerializer.SerializeToUtf8Bytes(
                (string?[])
                [
                    message.GetType().Name,
                    messageId.ToString(),
                    second.ToString(CultureInfo.InvariantCulture),
                    caller,
                    .. FieldsOf(message),
                ]));

    private static string?[] FieldsOf(object message) => message switch
    {
        StartSaga start => [start.IdempotencyKey, RequestHash.Of(start)],
        IOperatorCommand command =>
        [
            command.SagaId.ToString(), command.Operator, command.Reason, command.IdempotencyKey, (command as SkipStep)?.Step,
        ],
        _ => throw new ArgumentException($"{message.GetType().Name} is sent for no caller.", nameof(message)),
    };
}
