using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Sagas.Contracts.Text;

namespace Sagas.Persistence.Configuration;

/// <summary>
/// Reads a section of the configuration value by value, so that durations may be written as in a definition and every
/// value that cannot be read is reported with its key, at once. The usual binder stops at the first one, takes "30" for
/// 30 days, and passes over misspelt keys.
/// </summary>
internal sealed class SectionReader(IConfigurationSection section)
{
    private readonly List<string> _known = [];
    private readonly List<string> _failures = [];

    public string? Text(string key) => Take(key);

    /// <summary>A list: one value a key (<c>Key:0</c>, <c>Key:1</c>), or all in one, separated by commas.</summary>
    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback)
    {
        if (Take(key) is { } text)
        {
            return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        string[] values = [.. section.GetSection(key).GetChildren().Select(x => x.Value).OfType<string>()];
        return values.Length > 0 ? values : fallback;
    }

    /// <summary>Values by name: <c>Key:Name</c>. Names are compared without regard to case, as keys are.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string key)
    {
        Take(key);
        return section.GetSection(key).GetChildren()
            .Where(x => x.Value is not null)
            .ToDictionary(x => x.Key, x => x.Value!, StringComparer.OrdinalIgnoreCase);
    }

    public TimeSpan Time(string key, TimeSpan fallback)
    {
        if (Take(key) is not { } text)
        {
            return fallback;
        }

        // A plain number passes TimeSpan's own parser as so many days.
        if (Duration.TryParse(text, out var duration)
            || (text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration)))
        {
            return duration;
        }

        return Refuse(key, text, $"a duration. Write {Duration.Form}", fallback);
    }

    public bool Truth(string key, bool fallback) =>
        Take(key) is not { } text ? fallback
        : bool.TryParse(text, out var truth) ? truth
        : Refuse(key, text, "true or false", fallback);

    public object Choice(string key, Type type, object fallback) =>
        Take(key) is not { } text ? fallback
        : Enum.GetNames(type).FirstOrDefault(x => x.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(type, name)
        : Refuse(key, text, $"one of {string.Join(", ", Enum.GetNames(type))}", fallback);

    public int Integer(string key, int fallback) =>
        Take(key) is not { } text ? fallback
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : Refuse(key, text, "a whole number", fallback);

    public double Number(string key, double fallback) =>
        Take(key) is not { } text ? fallback
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : Refuse(key, text, "a number. Write it with a point, for instance 0.1", fallback);

    /// <summary>Options within the options, in the section <c>Key</c>.</summary>
    public object Options(string key, object options)
    {
        TakeSection(key);
        _failures.AddRange(OptionsReader.Fill(options, section.GetSection(key)));
        return options;
    }

    /// <summary>Options by name: <c>Key:Name:…</c>.</summary>
    public object OptionsByName(string key, object fallback, Type type)
    {
        TakeSection(key);
        var names = section.GetSection(key).GetChildren().ToArray();
        if (names.Length == 0)
        {
            return fallback;
        }

        var all = (IDictionary)Activator.CreateInstance(
            typeof(Dictionary<,>).MakeGenericType(typeof(string), type), StringComparer.OrdinalIgnoreCase)!;
        foreach (var named in names)
        {
            var options = Activator.CreateInstance(type)!;
            _failures.AddRange(OptionsReader.Fill(options, named));
            all.Add(named.Key, options);
        }

        return all;
    }

    /// <summary>Ends the reading.</summary>
    /// <returns>The values that could not be read, and the keys that nobody read.</returns>
    public IReadOnlyList<string> Complete()
    {
        foreach (var key in section.GetChildren().Select(child => child.Key))
        {
            if (!_known.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                var hint = Suggestion.For(key, _known) is { } near ? $" Did you mean {near}?" : "";
                _failures.Add($"{section.Path}:{key} is not known.{hint} Allowed: {string.Join(", ", _known)}.");
            }
        }

        return _failures;
    }

    private string? Take(string key)
    {
        _known.Add(key);
        return section[key];
    }

    private void TakeSection(string key)
    {
        // The value itself stays out of the message: where keys are expected, it may be one.
        if (Take(key) is { Length: > 0 })
        {
            _failures.Add($"{section.Path}:{key} has a value, where it is a section with keys of its own.");
        }
    }

    private T Refuse<T>(string key, string text, string expected, T fallback)
    {
        _failures.Add($"{section.Path}:{key} is \"{text}\", which is not {expected}.");
        return fallback;
    }
}
