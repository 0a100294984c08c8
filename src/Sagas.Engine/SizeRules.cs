using System.Globalization;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Contracts.Text;

namespace Sagas.Engine;

/// <summary>
/// What is sent fits into a message. A command that does not is known not to have been sent, and a result with which its
/// step's compensation would not fit is not kept: so a compensation always fits.
/// </summary>
internal static class SizeRules
{
    private const int MostParts = 3;

    /// <summary>Why the next command of a step cannot be sent, or <see langword="null"/>.</summary>
    public static StepError? ObjectionTo(Transition transition, StepInstance step, StepDirection direction) =>
        ObjectionTo(transition, step, direction, new PayloadSizes(transition.Saga));

    /// <summary>
    /// The first step that was not started and could not be carried out, or not be undone, whatever the steps before it
    /// will return.
    /// </summary>
    public static (StepInstance Step, StepError Error)? FirstUnsendable(Transition transition)
    {
        var sizes = new PayloadSizes(transition.Saga);
        foreach (var step in transition.Saga.Steps.Where(step => step.Status == StepStatus.Pending))
        {
            var error = ObjectionTo(transition, step, StepDirection.Execute, sizes);
            if (transition.DefinitionOf(step).Compensation is not null)
            {
                error ??= ObjectionTo(transition, step, StepDirection.Compensate, sizes);
            }

            if (error is not null)
            {
                return (step, error);
            }
        }

        return null;
    }

    /// <summary>
    /// Why a step's result cannot be kept, or <see langword="null"/>: its compensation, or that of another step that was
    /// started and needs the result as well, would not fit with it.
    /// </summary>
    public static StepError? ObjectionTo(Transition transition, StepInstance step, JsonElement? result)
    {
        var limit = transition.Limits.PayloadBytes;
        var json = result is { ValueKind: not JsonValueKind.Undefined } some ? some : JsonObjects.Null;
        if (new PayloadSizes(transition.Saga).AtMostWith(step.Name, json) <= limit)
        {
            return null;
        }

        var kept = transition.Saga with { Results = transition.Saga.Results.With(step.Name, StorableJson.Of(json)) };
        var sizes = new PayloadSizes(kept);
        var started = kept.Steps
            .Where(other => other.Order is not null && transition.DefinitionOf(other).Compensation is not null);
        foreach (var other in started)
        {
            var needed = StepCommands.NeededBy(transition.Definition, kept, other, StepDirection.Compensate);
            if (needed?.Invoke(step.Name) != false && sizes.Of(needed) is var bytes && bytes > limit)
            {
                return new StepError(
                    FailureCodes.ResultTooLarge,
                    $"The result of step '{step.Name}' was not kept: with it the command to undo step '{other.Name}' has "
                    + $"{Number(bytes)} bytes of input and results, and {Fitting(limit)}. "
                    + "Return less, or store it elsewhere and return a reference.");
            }
        }

        return null;
    }

    /// <summary>Whether JSON fits into a message by itself.</summary>
    public static bool Fits(Transition transition, JsonElement json) =>
        JsonSize.AtMost(json) <= transition.Limits.PayloadBytes || JsonSize.Of(json) <= transition.Limits.PayloadBytes;

    private static StepError? ObjectionTo(
        Transition transition, StepInstance step, StepDirection direction, PayloadSizes sizes)
    {
        var limit = transition.Limits.PayloadBytes;
        if (sizes.AtMost <= limit)
        {
            return null;
        }

        var needed = StepCommands.NeededBy(transition.Definition, transition.Saga, step, direction);
        var bytes = sizes.Of(needed);
        return bytes <= limit ? null : new StepError(FailureCodes.CommandTooLarge, EngineText.Limit(
            $"The command to {(direction == StepDirection.Execute ? "execute" : "undo")} step '{step.Name}' was not sent: "
            + $"it has {Number(bytes)} bytes of input and results, and {Fitting(limit)}. "
            + $"The largest are {Largest(sizes.Parts(needed))}. "
            + "Return less, or store it elsewhere and return a reference.",
            EngineText.MaxMessage));
    }

    private static string Fitting(long limit) =>
        $"{Number(limit)} fit into a message ({EngineLimits.Setting} less "
        + $"{Number(EngineLimits.Envelope)})";

    private static string Largest(IEnumerable<(string Name, long Bytes)> parts) => string.Join(
        ", ",
        parts.OrderByDescending(part => part.Bytes).Take(MostParts).Select(part => $"{part.Name} ({Number(part.Bytes)})"));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The sizes of what the commands of a saga are made of.</summary>
    private sealed class PayloadSizes(SagaInstance saga)
    {
        private (string Name, long Bytes)[]? _results;
        private long _input;

        /// <summary>No command has more.</summary>
        public long AtMost => JsonSize.AtMost(saga.Input) + JsonSize.AtMost(saga.Results);

        /// <summary>No command has more with another result.</summary>
        public long AtMostWith(string name, JsonElement result) =>
            AtMost + JsonSize.AtMost(result) + Around(name) + ",".Length;

        /// <summary>What a command has.</summary>
        /// <param name="isNeeded">Of which steps it has the results; of all by default.</param>
        public long Of(Func<string, bool>? isNeeded)
        {
            var results = Needed(isNeeded).ToList();
            var commas = Math.Max(0, results.Count - 1);
            return _input + "{}".Length + commas + results.Sum(result => Around(result.Name) + result.Bytes);
        }

        public IEnumerable<(string Name, long Bytes)> Parts(Func<string, bool>? isNeeded) => Needed(isNeeded)
            .Select(result => ($"the result of '{result.Name}'", result.Bytes))
            .Append(("the input", _input));

        private static int Around(string name) => "\"\":".Length + name.Length;

        private IEnumerable<(string Name, long Bytes)> Needed(Func<string, bool>? isNeeded)
        {
            if (_results is null)
            {
                _input = JsonSize.Of(saga.Input);
                _results =
                [
                    .. saga.Results.EnumerateObject().Select(result => (result.Name, JsonSize.Of(result.Value))),
                ];
            }

            return _results.Where(result => isNeeded?.Invoke(result.Name) ?? true);
        }
    }
}
