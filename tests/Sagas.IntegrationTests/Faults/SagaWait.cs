namespace Sagas.IntegrationTests.Faults;

/// <summary>How long nothing happened to a saga.</summary>
/// <param name="Event">What ended the wait.</param>
/// <param name="Time">How long it was, counted from the heal if it began before that.</param>
/// <param name="Allowed">The timeout of its step, or the pause before the next attempt if that is longer.</param>
internal sealed record SagaWait(string Event, TimeSpan Time, TimeSpan Allowed);
