namespace Sagas.Worker.CommandLine.Checking;

/// <summary>What a check found. Never a password.</summary>
/// <param name="Check">What was looked at, in a word.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Advice">What to do, where it is not as it should be.</param>
internal sealed record CheckResult(string Check, CheckStatus Status, string Finding, string? Advice = null)
{
    public static CheckResult Ok(string check, string finding) => new(check, CheckStatus.Ok, finding);

    public static CheckResult Warn(string check, string finding, string advice) =>
        new(check, CheckStatus.Warn, finding, advice);

    public static CheckResult Fail(string check, string finding, string advice) =>
        new(check, CheckStatus.Fail, finding, advice);
}
