using System.Globalization;
using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;

namespace Sagas.Persistence.Configuration;

/// <summary>Gathers the values of a section that are out of range.</summary>
internal sealed class RangeCheck(string section)
{
    private readonly List<string> _failures = [];

    public ValidateOptionsResult Result =>
        _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    public void Within<T>(string key, T value, T from, T to)
        where T : IComparable<T>
    {
        // Both comparisons are false for NaN, so that they are asked this way round.
        if (!(value.CompareTo(from) >= 0 && value.CompareTo(to) <= 0))
        {
            _failures.Add($"{section}:{key} is {Show(value)}. Allowed: {Show(from)} to {Show(to)}.");
        }
    }

    private static string Show<T>(T value) => value is TimeSpan duration
        ? Duration.Format(duration)
        : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
