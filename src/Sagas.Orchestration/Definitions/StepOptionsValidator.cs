using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Persistence.Configuration;

namespace Sagas.Orchestration.Definitions;

/// <summary>
/// Checks what the options' own ranges cannot say: that the longest pause is not shorter than the first.
/// </summary>
internal sealed class StepOptionsValidator : IValidateOptions<StepOptions>
{
    public ValidateOptionsResult Validate(string? name, StepOptions options)
    {
        var check = new RangeCheck(StepOptions.Section);
        check.Within(nameof(options.MaxInterval), options.MaxInterval, options.Interval, DefinitionLimits.MaxInterval);
        return check.Result;
    }
}
