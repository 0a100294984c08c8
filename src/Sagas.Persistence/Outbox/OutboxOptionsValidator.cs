using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

internal sealed class OutboxOptionsValidator : IValidateOptions<OutboxOptions>
{
    public const string Section = "Sagas:Outbox";

    public ValidateOptionsResult Validate(string? name, OutboxOptions options)
    {
        var shortest = TimeSpan.FromMilliseconds(10);
        var hour = TimeSpan.FromHours(1);
        var check = new RangeCheck(Section)
            .Check(nameof(options.QueryDelay), options.QueryDelay, shortest, hour)
            .Check(nameof(options.QueryMessageLimit), options.QueryMessageLimit, 1, 10_000)
            .Check(
                nameof(options.QueryTimeout),
                options.QueryTimeout,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(10))
            .Check(
                nameof(options.MessageDeliveryTimeout),
                options.MessageDeliveryTimeout,
                TimeSpan.FromMilliseconds(100),
                TimeSpan.FromMinutes(10))
            .Check(nameof(options.MaxAttempts), options.MaxAttempts, 1, 1000)
            .Check(nameof(options.RetryDelay), options.RetryDelay, shortest, hour)
            .Check(nameof(options.MaxRetryDelay), options.MaxRetryDelay, shortest, TimeSpan.FromDays(1))
            .Check(nameof(options.CleanupDelay), options.CleanupDelay, TimeSpan.Zero, TimeSpan.FromSeconds(1))
            .Check(
                nameof(options.DuplicateDetectionWindow),
                options.DuplicateDetectionWindow,
                TimeSpan.FromMinutes(1),
                TimeSpan.FromDays(30))
            .Check(nameof(options.BarrierWindow), options.BarrierWindow, hour, TimeSpan.FromDays(3653))
            .Check(
                nameof(options.InboxCleanupDelay),
                options.InboxCleanupDelay,
                TimeSpan.FromSeconds(1),
                TimeSpan.FromDays(1));
        return check.Failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(check.Failures);
    }
}
