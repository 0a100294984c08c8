namespace Sagas.IntegrationTests.Containers;

/// <summary>The machine cannot run these tests' containers; the message says why, and what to do.</summary>
/// <param name="message">One sentence for whoever ran the tests.</param>
/// <param name="inner">What the engine or its client said.</param>
public sealed class DockerEngineException(string message, Exception? inner = null) : Exception(message, inner);
