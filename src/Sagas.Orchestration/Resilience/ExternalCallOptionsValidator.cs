using Microsoft.Extensions.Options;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Resilience;

/// <summary>Checks what the ranges of <see cref="ExternalCallOptions"/> alone cannot say.</summary>
internal sealed class ExternalCallOptionsValidator : IValidateOptions<ExternalCallOptions>
{
    public ValidateOptionsResult Validate(string? name, ExternalCallOptions options)
    {
        var check = new RangeCheck(ExternalCallOptions.Section);
        check.Within(
            nameof(ExternalCallOptions.ResponseTimeout),
            options.ResponseTimeout,
            TimeSpan.FromMilliseconds(100),
            options.Timeout);
        return check.Result;
    }
}
