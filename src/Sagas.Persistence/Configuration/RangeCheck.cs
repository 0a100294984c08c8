using System.Globalization;

namespace Sagas.Persistence;

/// <summary>Collects what is wrong with options: the key, the value, and what is allowed.</summary>
internal sealed class RangeCheck(string section)
{
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    public RangeCheck Check<T>(string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            _failures.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{section}:{key} is {value}. It must be from {least} to {most}."));
        }

        return this;
    }
}
