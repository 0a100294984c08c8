namespace Sagas.Worker.Telemetry;

/// <summary>
/// The names that instruments and attributes have in Prometheus, as OpenTelemetry's specification maps them.
/// </summary>
internal static class PrometheusName
{
    /// <param name="name">The instrument's name.</param>
    /// <param name="unit">Its unit, in UCUM; what stands in braces is a remark.</param>
    /// <param name="isCounter">Whether it only goes up.</param>
    /// <param name="isGauge">Whether it is a gauge: then one without dimension is a ratio.</param>
    public static string OfInstrument(string name, string? unit, bool isCounter, bool isGauge)
    {
        var mapped = Clean(name);
        var suffix = Suffix(unit, isGauge);
        if (suffix.Length > 0 && !mapped.EndsWith($"_{suffix}", StringComparison.Ordinal))
        {
            mapped = $"{mapped}_{suffix}";
        }

        return isCounter && !mapped.EndsWith("_total", StringComparison.Ordinal) ? $"{mapped}_total" : mapped;
    }

    /// <summary>The label's name of an attribute.</summary>
    public static string OfAttribute(string key) => Clean(key);

    private static string Clean(string name)
    {
        var cleaned = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        while (cleaned.Contains("__", StringComparison.Ordinal))
        {
            cleaned = cleaned.Replace("__", "_", StringComparison.Ordinal);
        }

        return char.IsAsciiDigit(cleaned[0]) ? $"_{cleaned}" : cleaned;
    }

    private static string Suffix(string? unit, bool isGauge)
    {
        if (string.IsNullOrEmpty(unit) || unit[0] == '{')
        {
            return "";
        }

        if (unit == "1")
        {
            return isGauge ? "ratio" : "";
        }

        var parts = unit.Split('/', 2);
        var per = parts.Length == 2 ? $"_per_{Word(parts[1]).TrimEnd('s')}" : "";
        return Word(parts[0]) + per;
    }

    private static string Word(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "%" => "percent",
        _ => Clean(unit),
    };
}
