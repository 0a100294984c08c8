using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

/// <summary>
/// Fills options from a section, property by property, and checks them against their <see cref="RangeAttribute"/>: what is
/// wrong is said with the key, the value and what is allowed.
/// </summary>
/// <param name="configuration">The configuration.</param>
/// <param name="section">The section.</param>
/// <param name="optionsName">The name of the options, where there are several of the type.</param>
internal sealed class SectionOptions<TOptions>(
    IConfiguration configuration, string section, string optionsName = SectionOptionsExtensions.Unnamed)
    : IPostConfigureOptions<TOptions>, IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly PropertyInfo[] Properties = [.. typeof(TOptions).GetProperties().Where(x => x.CanWrite)];

    /// <summary>Fills the options; what the section does not say stays as it is.</summary>
    /// <exception cref="OptionsValidationException">Values cannot be read, or keys are not known.</exception>
    public void Configure(TOptions options)
    {
        var reader = new SectionReader(configuration.GetSection(section));
        foreach (var property in Properties)
        {
            property.SetValue(options, Read(reader, property.Name, property.PropertyType, property.GetValue(options)));
        }

        reader.Complete(typeof(TOptions));
    }

    // After everything that code says: the configuration wins.
    public void PostConfigure(string? name, TOptions options)
    {
        if (name == optionsName)
        {
            Configure(options);
        }
    }

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (name != optionsName)
        {
            return ValidateOptionsResult.Skip;
        }

        var check = new RangeCheck(section);
        foreach (var property in Properties)
        {
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                Check(check, property.Name, property.GetValue(options), range);
            }
        }

        return check.Result;
    }

    private static object? Read(SectionReader reader, string key, Type type, object? fallback) =>
        type == typeof(string) ? reader.Text(key) ?? fallback
        : type == typeof(bool) ? reader.Truth(key, (bool)fallback!)
        : type == typeof(int) ? reader.Integer(key, (int)fallback!)
        : type == typeof(double) ? reader.Number(key, (double)fallback!)
        : type == typeof(IReadOnlyList<string>) ? reader.Texts(key, (IReadOnlyList<string>)fallback!)
        : type == typeof(IReadOnlyDictionary<string, string>) ? reader.Pairs(key)
        : type == typeof(TimeSpan) ? reader.Time(key, (TimeSpan)fallback!)
        : type.IsEnum ? reader.Choice(key, type, fallback!)
        : throw new NotSupportedException($"{typeof(TOptions).Name}.{key} is a {type.Name}, which options cannot be.");

    private static void Check(RangeCheck check, string key, object? value, RangeAttribute range)
    {
        switch (value)
        {
            case int number:
                check.Within(
                    key,
                    number,
                    Convert.ToInt32(range.Minimum, CultureInfo.InvariantCulture),
                    Convert.ToInt32(range.Maximum, CultureInfo.InvariantCulture));
                break;
            case double number:
                check.Within(
                    key,
                    number,
                    Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture),
                    Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
                break;
            case TimeSpan duration:
                check.Within(
                    key,
                    duration,
                    TimeSpan.Parse((string)range.Minimum, CultureInfo.InvariantCulture),
                    TimeSpan.Parse((string)range.Maximum, CultureInfo.InvariantCulture));
                break;
        }
    }
}
