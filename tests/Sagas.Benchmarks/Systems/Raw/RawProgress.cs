namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>The attempts of one direction of a step.</summary>
internal sealed record RawProgress(RawAttempt[] Attempts, int RunStart, int SetStart)
{
    public static RawProgress Of(string outcome) => new([new RawAttempt(1, outcome)], 0, 0);
}
