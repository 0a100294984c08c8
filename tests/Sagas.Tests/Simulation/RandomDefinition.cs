using System.Globalization;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Simulation;

/// <summary>
/// Makes definitions up: every mixture of groups, compensations, pivot, retries, pauses, timeouts and deadlines.
/// </summary>
internal static class RandomDefinition
{
    public static SagaDeclaration Declare(string name, int version, int mostSteps, Dice dice)
    {
        var count = 1 + Math.Min(dice.Next(SimulationPlan.DefaultSteps), mostSteps - 1);
        var pivot = dice.Chance(0.4) ? dice.Next(count) : -1;
        var builder = SagaDefinition.Define(name, version);
        if (dice.Chance(0.15))
        {
            builder.Deadline(Milliseconds(dice.Between(0.5, 300)));
        }

        var groups = dice.Chance(0.5) ? 0.6 : 0;
        for (var index = 0; index < count;)
        {
            var end = index + (dice.Chance(groups) ? 2 + dice.Next(3) : 1);
            end = index == pivot ? index + 1 : Math.Min(end, index < pivot ? pivot : count);
            Declare(builder, index, end, pivot, dice);
            index = end;
        }

        return builder.Build();
    }

    private static void Declare(SagaDefinitionBuilder builder, int from, int to, int pivot, Dice dice)
    {
        if (to == from + 1)
        {
            builder.Step(Name(from), step => Declare(step, from, from, pivot, dice));
            return;
        }

        builder.Parallel(group =>
        {
            for (var index = from; index < to; index++)
            {
                group.Step(Name(index), step => Declare(step, from, index, pivot, dice));
            }
        });
    }

    private static string Name(int index) => $"s{index.ToString(CultureInfo.InvariantCulture)}";

    private static void Declare(StepBuilder step, int before, int index, int pivot, Dice dice)
    {
        // Easy to carry out and hard to undo: its compensation names all results, its execution none.
        var isLopsided = before > 1 && dice.Chance(0.1);
        if (isLopsided || dice.Chance(0.3))
        {
            step.Results(isLopsided ? [] : Some(before, dice));
        }

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
            step.Compensate(compensation => Declare(compensation, before, isLopsided, dice));
        }
    }

    private static string[] Some(int before, Dice dice) =>
        [.. Enumerable.Range(0, before).Where(_ => dice.Chance(0.5)).Select(Name)];

    private static void Declare(CompensationBuilder compensation, int before, bool isLopsided, Dice dice)
    {
        if (isLopsided || dice.Chance(0.2))
        {
            compensation.Results(isLopsided ? [.. Enumerable.Range(0, before).Select(Name)] : Some(before, dice));
        }

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
