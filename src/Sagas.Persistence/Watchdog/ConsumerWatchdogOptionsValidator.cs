using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

internal sealed class ConsumerWatchdogOptionsValidator : IValidateOptions<ConsumerWatchdogOptions>
{
    public ValidateOptionsResult Validate(string? name, ConsumerWatchdogOptions options)
    {
        var shortest = TimeSpan.FromMilliseconds(100);
        var check = new RangeCheck(ConsumerWatchdogOptions.Section)
            .Check(nameof(options.Interval), options.Interval, shortest, TimeSpan.FromMinutes(1))
            .Check(nameof(options.RestartAfter), options.RestartAfter, shortest, TimeSpan.FromMinutes(10))
            .Check(nameof(options.Patience), options.Patience, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var failures = check.Failures.ToList();
        if (options.Patience <= options.RestartAfter)
        {
            failures.Add(
                $"{ConsumerWatchdogOptions.Section}:{nameof(options.Patience)} is {options.Patience}. It must be longer "
                + $"than {nameof(options.RestartAfter)}, which is {options.RestartAfter}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
