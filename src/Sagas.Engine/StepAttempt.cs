namespace Sagas.Engine;

/// <summary>One attempt of one direction of a step. Its number is its position, from 1.</summary>
/// <param name="Round">The round of the idempotency key under which it was sent, from 1.</param>
/// <param name="Outcome">What is known of it.</param>
internal sealed record StepAttempt(int Round, AttemptOutcome Outcome);
