using Microsoft.Extensions.Options;

namespace Sagas.Orchestration.Resilience;

/// <summary>Checks what the ranges of <see cref="BulkheadOptions"/> alone cannot say.</summary>
internal sealed class BulkheadOptionsValidator : IValidateOptions<BulkheadOptions>
{
    public ValidateOptionsResult Validate(string? name, BulkheadOptions options)
    {
        const string Section = BulkheadOptions.Section;
        List<string> failures = [];
        if (options.CallCpuPercent > options.CpuPercent)
        {
            failures.Add($"{Section}:CallCpuPercent is {options.CallCpuPercent}. Allowed: 0 to {options.CpuPercent}, "
                + $"which is {Section}:CpuPercent, or no call could ever begin.");
        }

        if (options.OperationPayloadBytes > options.PayloadBytes)
        {
            failures.Add($"{Section}:OperationPayloadBytes is {options.OperationPayloadBytes}. Allowed: 1024 to "
                + $"{options.PayloadBytes}, which is {Section}:PayloadBytes.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
