using Microsoft.Extensions.Options;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Watchdog;

internal sealed class ConsumerWatchdogOptionsValidator : IValidateOptions<ConsumerWatchdogOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, ConsumerWatchdogOptions options)
    {
        var check = new RangeCheck(ConsumerWatchdogOptions.Section);
        check.Within(nameof(options.Interval), options.Interval, Shortest, TimeSpan.FromMinutes(1));
        check.Within(nameof(options.RestartAfter), options.RestartAfter, Shortest, TimeSpan.FromMinutes(10));
        check.Within(
            nameof(options.Patience), options.Patience, options.RestartAfter + Shortest, TimeSpan.FromHours(1));
        return check.Result;
    }
}
