using System.Globalization;

namespace Sagas.Tests.Simulation;

/// <summary>All that a simulated world follows from. Its text is what a failure prints and a replay takes.</summary>
/// <param name="Seed">The seed.</param>
internal sealed record SimulationPlan(ulong Seed)
{
    public const int DefaultSagas = 16;
    public const int DefaultSteps = 8;

    /// <summary>How many sagas there are.</summary>
    public int Sagas { get; init; } = DefaultSagas;

    /// <summary>The only saga of them that is started, by its number from 0; -1 for all.</summary>
    public int Only { get; init; } = -1;

    /// <summary>How many steps a definition has at most.</summary>
    public int Steps { get; init; } = DefaultSteps;

    /// <summary>After so many faults nothing goes wrong any more.</summary>
    public int Faults { get; init; } = int.MaxValue;

    /// <summary>The faults that do not happen.</summary>
    public FaultSet Without { get; init; }

    /// <exception cref="FormatException">The text is not a plan.</exception>
    public static SimulationPlan Parse(string text)
    {
        var plan = new SimulationPlan(1);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : (part, "");
            plan = key switch
            {
                "seed" => plan with { Seed = ulong.Parse(value, CultureInfo.InvariantCulture) },
                "sagas" => plan with { Sagas = int.Parse(value, CultureInfo.InvariantCulture) },
                "only" => plan with { Only = int.Parse(value, CultureInfo.InvariantCulture) },
                "steps" => plan with { Steps = int.Parse(value, CultureInfo.InvariantCulture) },
                "faults" => plan with { Faults = int.Parse(value, CultureInfo.InvariantCulture) },
                "without" => plan with { Without = FaultSet.Parse(value) },
                _ => throw new FormatException(
                    $"'{part}' is no part of a plan. Known are seed=, sagas=, only=, steps=, faults= and without=."),
            };
        }

        return plan;
    }

    public override string ToString()
    {
        var parts = new List<string> { $"seed={Seed}" };
        Add("sagas", Sagas, DefaultSagas);
        Add("only", Only, -1);
        Add("steps", Steps, DefaultSteps);
        Add("faults", Faults, int.MaxValue);
        if (!Without.IsEmpty)
        {
            parts.Add($"without={Without}");
        }

        return string.Join(' ', parts);

        void Add(string name, int value, int usual)
        {
            if (value != usual)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={value}"));
            }
        }
    }
}
