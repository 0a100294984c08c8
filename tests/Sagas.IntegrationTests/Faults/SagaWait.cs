namespace Sagas.IntegrationTests.Faults;

/// <summary>How long nothing happened to a saga.</summary>
/// <param name="Event">What ended the wait.</param>
/// <param name="Time">How long it was, counted from the heal if it began before that.</param>
/// <param name="Allowed">How long the saga itself meant to wait: the timeout of its step, or the pause before the next attempt.</param>
internal sealed record SagaWait(string Event, TimeSpan Time, TimeSpan Allowed);
