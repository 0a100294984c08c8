using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Fills options from a section, property by property, and checks them against their <see cref="RangeAttribute"/>. A
/// property may be options itself, bound from the section of its name, or a dictionary of options, by the names of the
/// sections beneath it.
/// </summary>
internal static class OptionsReader
{
    /// <summary>Fills the options; what the section does not say stays as it is.</summary>
    /// <returns>What was wrong with it, with key and value.</returns>
    public static IReadOnlyList<string> Fill(object options, IConfigurationSection section)
    {
        var reader = new SectionReader(section);
        foreach (var property in PropertiesOf(options.GetType()))
        {
            property.SetValue(options, Read(reader, property.Name, property.PropertyType, property.GetValue(options)));
        }

        return reader.Complete();
    }

    /// <summary>Checks the values, those of options within the options included.</summary>
    public static IReadOnlyList<string> Check(object options, string section)
    {
        var check = new RangeCheck(section);
        var inner = new List<string>();
        foreach (var property in PropertiesOf(options.GetType()))
        {
            var value = property.GetValue(options);
            if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            {
                Check(check, property.Name, value, range);
            }
            else if (IsOptions(property.PropertyType) && value is not null)
            {
                inner.AddRange(Check(value, $"{section}:{property.Name}"));
            }
        }

        return [.. check.Result.Failures ?? [], .. inner];
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties().Where(x => x.CanWrite);

    private static object? Read(SectionReader reader, string key, Type type, object? fallback) =>
        type == typeof(string) ? reader.Text(key) ?? fallback
        : type == typeof(bool) ? reader.Truth(key, (bool)fallback!)
        : type == typeof(int) ? reader.Integer(key, (int)fallback!)
        : type == typeof(double) ? reader.Number(key, (double)fallback!)
        : type == typeof(IReadOnlyList<string>) ? reader.Texts(key, (IReadOnlyList<string>)fallback!)
        : type == typeof(IReadOnlyDictionary<string, string>) ? reader.Pairs(key)
        : type == typeof(TimeSpan) ? reader.Time(key, (TimeSpan)fallback!)
        : type.IsEnum ? reader.Choice(key, type, fallback!)
        : IsOptions(type) ? reader.Options(key, fallback!)
        : IsOptionsByName(type) ? reader.OptionsByName(key, fallback!, type.GenericTypeArguments[1])
        : throw new NotSupportedException($"{key} is a {type.Name}, which options cannot be.");

    private static bool IsOptions(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static bool IsOptionsByName(Type type) =>
        type.IsGenericType
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        && type.GenericTypeArguments[0] == typeof(string)
        && IsOptions(type.GenericTypeArguments[1]);

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
