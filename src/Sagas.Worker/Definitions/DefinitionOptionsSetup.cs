using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sagas.Worker.Definitions;

/// <summary>Binds the options of this folder and checks their ranges.</summary>
internal sealed class DefinitionOptionsSetup(IConfiguration configuration) :
    IConfigureOptions<DefinitionOptions>,
    IConfigureOptions<StepOptions>,
    IConfigureOptions<CompensationOptions>,
    IValidateOptions<StepOptions>,
    IValidateOptions<CompensationOptions>
{
    public void Configure(DefinitionOptions options)
    {
        var section = new SectionReader(configuration.GetSection(DefinitionOptions.Section));
        options.Path = section.Text(nameof(options.Path)) ?? options.Path;
        section.Complete(typeof(DefinitionOptions));
    }

    public void Configure(StepOptions options)
    {
        var section = new SectionReader(configuration.GetSection(StepOptions.Section));
        options.Timeout = section.Time(nameof(options.Timeout), options.Timeout);
        options.Retries = section.Integer(nameof(options.Retries), options.Retries);
        options.CriticalRetries = section.Integer(nameof(options.CriticalRetries), options.CriticalRetries);
        options.Interval = section.Time(nameof(options.Interval), options.Interval);
        options.MaxInterval = section.Time(nameof(options.MaxInterval), options.MaxInterval);
        options.Jitter = section.Number(nameof(options.Jitter), options.Jitter);
        section.Complete(typeof(StepOptions));
    }

    public void Configure(CompensationOptions options)
    {
        var section = new SectionReader(configuration.GetSection(CompensationOptions.Section));
        options.Timeout = section.Time(nameof(options.Timeout), options.Timeout);
        options.Retries = section.Integer(nameof(options.Retries), options.Retries);
        section.Complete(typeof(CompensationOptions));
    }

    public ValidateOptionsResult Validate(string? name, StepOptions options)
    {
        var check = new RangeCheck(StepOptions.Section);
        check.Within(
            nameof(options.Timeout),
            options.Timeout,
            DefinitionLimits.MinTimeout,
            DefinitionLimits.MaxTimeout);
        check.Within(nameof(options.Retries), options.Retries, 0, DefinitionLimits.MaxRetries);
        check.Within(nameof(options.CriticalRetries), options.CriticalRetries, 0, DefinitionLimits.MaxRetries);
        check.Within(
            nameof(options.Interval),
            options.Interval,
            DefinitionLimits.MinInterval,
            DefinitionLimits.MaxInterval);
        check.Within(nameof(options.MaxInterval), options.MaxInterval, options.Interval, DefinitionLimits.MaxInterval);
        check.Within(nameof(options.Jitter), options.Jitter, 0, DefinitionLimits.MaxJitter);
        return check.Result;
    }

    public ValidateOptionsResult Validate(string? name, CompensationOptions options)
    {
        var check = new RangeCheck(CompensationOptions.Section);
        check.Within(
            nameof(options.Timeout),
            options.Timeout,
            DefinitionLimits.MinTimeout,
            DefinitionLimits.MaxTimeout);
        check.Within(nameof(options.Retries), options.Retries, 0, DefinitionLimits.MaxRetries);
        return check.Result;
    }
}
