namespace Sagas.Persistence.Migrations;

/// <summary>The tables were made by a newer worker, whose changes this one must not run on.</summary>
/// <param name="message">Which change forbids it, and what a worker must know.</param>
public sealed class SchemaTooNewException(string message) : Exception(message);
