namespace Sagas.Benchmarks.Participants;

/// <summary>How a saga's input makes a step fail for good: <c>{ "fail": "step-3" }</c>.</summary>
internal static class StepFailure
{
    public const string Code = "ASKED_FOR";
    public const string Message = "The saga's input makes this step fail.";

    private const string Key = "fail";

    public static Dictionary<string, string> InputOf(string? failingStep) =>
        failingStep is null ? [] : new Dictionary<string, string> { [Key] = failingStep };

    public static bool IsAskedFor(Dictionary<string, string>? input, string step) =>
        input is not null && input.TryGetValue(Key, out var failing) && failing == step;
}
