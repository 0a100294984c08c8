using System.CommandLine;
using System.CommandLine.Parsing;
using Sagas.Contracts.Text;

namespace Sagas.Worker.CommandLine;

/// <summary>Options that are a duration, written as everywhere else: <c>500ms</c>, <c>30s</c>, <c>5m</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan> Create(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = $"{description} For instance 30s. [default: {Duration.Format(fallback)}]",
        HelpName = "DURATION",
        DefaultValueFactory = _ => fallback,
        CustomParser = result => Parse(result, name),
    };

    private static TimeSpan Parse(ArgumentResult result, string name)
    {
        if (Duration.TryParse(result.Tokens[0].Value, out var duration) && duration.TotalMilliseconds <= int.MaxValue)
        {
            return duration;
        }

        result.AddError($"{name} takes {Duration.Form}, not '{result.Tokens[0].Value}'.");
        return default;
    }
}
