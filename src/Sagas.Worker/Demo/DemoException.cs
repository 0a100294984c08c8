namespace Sagas.Worker.Demo;

/// <summary>The demo cannot go on. The message says why.</summary>
internal sealed class DemoException(string message) : Exception(message);
