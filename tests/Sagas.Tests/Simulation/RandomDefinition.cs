using System.Globalization;
using Sagas.Worker.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>Makes definitions up: every mixture of compensations, pivot, retries, pauses and timeouts.</summary>
internal static class RandomDefinition
{
    public static SagaDeclaration Declare(string name, int version, int mostSteps, Dice dice)
    {
        var count = 1 + Math.Min(dice.Next(SimulationPlan.DefaultSteps), mostSteps - 1);
        var pivot = dice.Chance(0.4) ? dice.Next(count) : -1;
        var builder = SagaDefinition.Define(name, version);
        for (var index = 0; index < count; index++)
        {
            var step = index;
            builder.Step(
                $"s{index.ToString(CultureInfo.InvariantCulture)}", declare => Declare(declare, step, pivot, dice));
        }

        return builder.Build();
    }

    private static void Declare(StepBuilder step, int index, int pivot, Dice dice)
    {
        step.Queue($"queue-{dice.Next(5).ToString(CultureInfo.InvariantCulture)}");
        if (dice.Chance(0.7))
        {
            step.Timeout(Milliseconds(dice.Between(0.2, 60)));
        }

        var (interval, longest) = Pauses(dice);
        step.Retry(dice.Next(6), interval, longest, dice.Chance(0.3) ? 1 : dice.NextDouble());
        var isCompensable = dice.Chance(0.8);
        if (pivot >= 0 && index >= pivot)
        {
            if (index == pivot)
            {
                step.Pivot();
            }
        }
        else if (isCompensable)
        {
            step.Compensate(compensation => Declare(compensation, dice));
        }
    }

    private static void Declare(CompensationBuilder compensation, Dice dice)
    {
        if (dice.Chance(0.7))
        {
            compensation.Timeout(Milliseconds(dice.Between(0.2, 60)));
        }

        if (dice.Chance(0.8))
        {
            var (interval, longest) = Pauses(dice);
            compensation.Retry(dice.Next(6), interval, longest, dice.NextDouble());
        }
    }

    private static (TimeSpan Interval, TimeSpan Longest) Pauses(Dice dice)
    {
        var interval = Milliseconds(dice.Between(0.01, 5));
        return (interval, interval + Milliseconds(dice.Between(0.01, 30)));
    }

    // What is stored and read back is whole milliseconds.
    private static TimeSpan Milliseconds(TimeSpan duration) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(duration.TotalMilliseconds));
}
