using System.Globalization;

namespace Sagas.Benchmarks.Reporting;

/// <summary>What several runs say of one figure.</summary>
/// <param name="Median">The middle one, or the mean of both middle ones; not a number if it was not measured.</param>
/// <param name="Least">The least.</param>
/// <param name="Most">The most.</param>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("There is nothing to take a median of.", nameof(values));
        }

        var middle = sorted.Length / 2;
        return new Spread(
            sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>The median alone, or a dash.</summary>
    public string ToText(string format) =>
        double.IsNaN(Median) ? "–" : Median.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The median with the least and the most, if they differ.</summary>
    public string ToTextWithSpread(string format)
    {
        var median = ToText(format);
        var least = Least.ToString(format, CultureInfo.InvariantCulture);
        var most = Most.ToString(format, CultureInfo.InvariantCulture);
        return double.IsNaN(Median) || least == most ? median : $"{median} ({least} to {most})";
    }
}
