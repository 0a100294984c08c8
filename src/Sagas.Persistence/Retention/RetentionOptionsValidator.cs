using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    public const string Section = "Sagas:Retention";

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var check = new RangeCheck(Section)
            .Check(
                nameof(options.FinishedSagas), options.FinishedSagas, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3653))
            .Check(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            .Check(nameof(options.BatchSize), options.BatchSize, 1, 10_000);
        return check.Failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(check.Failures);
    }
}
