namespace Sagas.Tests.Simulation;

/// <summary>What a participant did in the real world.</summary>
/// <param name="Key">The idempotency key under which it was done.</param>
/// <param name="Attempt">The attempt that did it.</param>
/// <param name="IsRepetition">Whether a success under that key was reported before it was done.</param>
/// <param name="IsLate">Whether a compensation had been carried out before.</param>
internal sealed record Effect(string Key, int Attempt, bool IsRepetition, bool IsLate)
{
    /// <summary>Whether a compensation has undone it.</summary>
    public bool IsUndone { get; set; }

    /// <summary>
    /// Whether a worker has consumed a success that tells of it, under a key of which none was known yet.
    /// </summary>
    public bool IsReported { get; set; }
}
