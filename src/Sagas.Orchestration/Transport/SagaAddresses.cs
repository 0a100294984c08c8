namespace Sagas.Orchestration.Transport;

/// <summary>
/// The addresses that messages go to. They are short and always name an exchange, never a queue: a <c>queue:</c>
/// address would declare the queue once more, with MassTransit's default arguments, which an existing quorum queue
/// refuses.
/// </summary>
internal static class SagaAddresses
{
    /// <summary>The worker's own queue.</summary>
    public const string Queue = "sagas";

    /// <summary>Where participants answer to, and where the worker's own timers go.</summary>
    public static readonly Uri Worker = ForQueue(Queue);

    /// <summary>The worker's own queue for the steps that it carries out over HTTP.</summary>
    public const string HttpQueue = "sagas.http";

    /// <summary>Where the commands of those steps go.</summary>
    public static readonly Uri HttpSteps = ForQueue(HttpQueue);

    /// <summary>How the queues begin to which a worker has the answers to its own requests come.</summary>
    public const string AnswersPrefix = "sagas.answers.";

    public static Uri ForQueue(string queue) => new($"exchange:{Uri.EscapeDataString(queue)}");
}
