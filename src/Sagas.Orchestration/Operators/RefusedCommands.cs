using System.Threading.RateLimiting;
using MassTransit;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Operators;

/// <summary>
/// Records in <c>operator_action</c> what was refused an operator: who wanted what, and why it was not done. Of each
/// operator so many in a minute, and as many of all whose names are unverified: a flood does not fill the table.
/// </summary>
internal sealed class RefusedCommands : IDisposable
{
    /// <summary>How many are recorded in a minute; further ones stand in the log and the metrics alone.</summary>
    public const int PerMinute = 60;

    private readonly CallerSignatures _callers;
    private readonly Refusals _refusals;
    private readonly TimeProvider _clock;
    private readonly PartitionedRateLimiter<string> _limiter;

    public RefusedCommands(CallerSignatures callers, Refusals refusals, [SagaClock] TimeProvider clock)
    {
        (_callers, _refusals, _clock) = (callers, refusals, clock);
        var limit = new TokenBucketRateLimiterOptions
        {
            TokenLimit = PerMinute,
            TokensPerPeriod = PerMinute,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        };
        _limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(
            who.EndsWith(CallerSignatures.Mark, StringComparison.Ordinal) ? CallerSignatures.Mark : who, _ => limit));
    }

    /// <summary>Refuses a message inside its delivery; if it is a command, with a record in the same transaction.</summary>
    public async Task RefuseAsync<T>(ConsumeContext<T> context, RequestRefused refusal)
        where T : class
    {
        if (context.Message is IOperatorCommand command)
        {
            var named = await _callers.NameAsync(context, command);
            var who = string.IsNullOrWhiteSpace(named.Operator) ? CallerSignatures.Mark.Trim() : named.Operator;
            var target = command is SkipStep { Step: var step } ? $"{command.SagaId} {step}" : command.SagaId.ToString();
            if (RowOf(typeof(T).Name, target, who, named.Reason, refusal) is { } row)
            {
                context.GetPayload<IDeliveryTransaction>().Insert(row);
            }
        }

        await _refusals.RefuseAsync(context, refusal);
    }

    /// <summary>What to record; <see langword="null"/> if there were too many.</summary>
    public OperatorAction? RowOf(string action, string target, string who, string? reason, RequestRefused refusal)
    {
        using var lease = _limiter.AttemptAcquire(who);
        return !lease.IsAcquired
            ? null
            : new OperatorAction
            {
                Id = Guid.CreateVersion7(_clock.GetUtcNow()),
                Time = _clock.GetUtcNow().UtcDateTime,
                Operator = EngineText.Limit(who, EngineText.MaxOperator),
                Action = action,
                Target = EngineText.Limit(target, EngineText.MaxMessage),
                SagaId = refusal.SagaId,
                Reason = EngineText.Limit(reason, EngineText.MaxMessage),
                Outcome = OperatorAction.Refused,
                RefusalCode = refusal.Code,
                Refusal = EngineText.Limit(refusal.Message, EngineText.MaxMessage),
            };
    }

    public void Dispose() => _limiter.Dispose();
}
