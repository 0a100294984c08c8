using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Fills options from a section and checks them against their <see cref="RangeAttribute"/>: what is wrong is said with
/// the key, the value and what is allowed.
/// </summary>
/// <param name="configuration">The configuration.</param>
/// <param name="section">The section.</param>
/// <param name="optionsName">The name of the options, where there are several of the type.</param>
internal sealed class SectionOptions<TOptions>(
    IConfiguration configuration, string section, string optionsName = SectionOptionsExtensions.Unnamed)
    : IPostConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    /// <summary>Fills the options; what the section does not say stays as it is.</summary>
    /// <exception cref="OptionsValidationException">Values cannot be read, or keys are not known.</exception>
    public void Configure(TOptions options)
    {
        if (OptionsReader.Fill(options, configuration.GetSection(section)) is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(typeof(TOptions).Name, typeof(TOptions), failures);
        }
    }

    // After everything that code says: the configuration wins.
    public void PostConfigure(string? name, TOptions options)
    {
        if (name == optionsName)
        {
            Configure(options);
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options) =>
        name != optionsName ? ValidateOptionsResult.Skip
        : OptionsReader.Check(options, section) is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures)
        : ValidateOptionsResult.Success;
}
