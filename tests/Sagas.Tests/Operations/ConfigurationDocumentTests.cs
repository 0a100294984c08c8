using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Sagas.Tests.Operations;

/// <summary>
/// Holds the tables of docs/configuration.md against the options: every key is there, with the default that it has.
/// </summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly Dictionary<string, double> Units = new(StringComparer.Ordinal)
    {
        ["ms"] = 0.001,
        ["s"] = 1,
        ["min"] = 60,
        ["h"] = 3_600,
        ["d"] = 86_400,
    };

    [Fact]
    public void Document_EveryOption_IsListedWithItsDefault()
    {
        var documented = Read();
        var options = Options().ToDictionary(x => x.Key, x => x.Default);

        options.Count.ShouldBeGreaterThan(50);
        options.Keys.Except(documented.Keys).ShouldBeEmpty("not in docs/configuration.md");
        documented.Keys.Except(options.Keys).ShouldBeEmpty("in docs/configuration.md, and nowhere in the code");
        foreach (var (key, value) in options)
        {
            Normal(documented[key]).ShouldBe(Normal(value), key);
        }
    }

    /// <summary>Keys and defaults of the tables' rows; one row may have several, separated by commas.</summary>
    private static Dictionary<string, string> Read()
    {
        var documented = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(Document()).Where(x => x.StartsWith("| `Sagas:", StringComparison.Ordinal)))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            var keys = Code().Matches(cells[1]).Select(x => x.Groups[1].Value).ToArray();
            var defaults = keys.Length == 1 ? [cells[3]] : cells[3].Split(", ");
            var section = keys[0][..(keys[0].LastIndexOf(':') + 1)];
            foreach (var (key, value) in keys.Zip(defaults))
            {
                documented.Add(key.StartsWith("Sagas:", StringComparison.Ordinal) ? key : section + key, value);
            }
        }

        // These are no values of their own: a path that is looked for, and lists by names.
        documented.Remove("Sagas:Definitions:Path").ShouldBeTrue();
        documented.Remove("Sagas:Health:File").ShouldBeTrue();
        documented.Remove("Sagas:Http:Secrets:{Name}").ShouldBeTrue();
        return documented;
    }

    private static IEnumerable<(string Key, object? Default)> Options()
    {
        foreach (var type in Product.Assemblies.SelectMany(x => x.GetExportedTypes()))
        {
            if (type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is not string section)
            {
                continue;
            }

            foreach (var option in Options(type, section))
            {
                yield return option;
            }
        }
    }

    private static IEnumerable<(string Key, object? Default)> Options(Type type, string section)
    {
        var options = Activator.CreateInstance(type);
        foreach (var property in type.GetProperties().Where(x => x.SetMethod is not null))
        {
            var key = $"{section}:{property.Name}";
            if (key is "Sagas:Definitions:Path" or "Sagas:Health:File" or "Sagas:Http:Secrets")
            {
                continue;
            }

            var inner = property.PropertyType is { IsGenericType: true, GenericTypeArguments: [_, { IsClass: true } named] }
                && named.Name.EndsWith("Options", StringComparison.Ordinal)
                    ? Options(named, $"{key}:{{Name}}")
                : property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
                    ? Options(property.PropertyType, key)
                : [(key, property.GetValue(options))];
            foreach (var option in inner)
            {
                yield return option;
            }
        }
    }

    private static string Normal(object? value) => value switch
    {
        null => "none",
        TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        "" or System.Collections.ICollection { Count: 0 } => "none",
        IEnumerable<string> texts => string.Join(',', texts),
        IFormattable number and not Enum => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string text when Duration().Match(text) is { Success: true } match =>
            (double.Parse(match.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
                * Units[match.Groups[2].Value]).ToString(CultureInfo.InvariantCulture),
        string text when Number().IsMatch(text) => text.Replace(",", "", StringComparison.Ordinal),
        _ => value.ToString()!.Trim('`'),
    };

    private static string Document([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "configuration.md"));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^([0-9,.]+) (ms|s|min|h|d)$")]
    private static partial Regex Duration();

    [GeneratedRegex("^[0-9,.]+$")]
    private static partial Regex Number();
}
