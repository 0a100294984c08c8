using System.Text;
using RabbitMQ.Client;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>What a fuzzer sends to a queue of the worker's, and by what it is found again.</summary>
/// <param name="Id">In its header <see cref="Header"/>, and wherever a sender can name its request.</param>
/// <param name="Kind">Which abuse it is.</param>
/// <param name="Properties">What AMQP carries beside the body.</param>
/// <param name="Body">The body.</param>
internal sealed record BadInput(Guid Id, string Kind, BasicProperties Properties, byte[] Body)
{
    public const string Header = "fuzz-id";

    /// <summary>The number of the attempt that it pretends to answer, which no other input has; or none.</summary>
    public int? Attempt { get; init; }

    /// <summary>Whether an answer to it comes back to the test.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>The queue it goes to.</summary>
    public string Queue { get; init; } = "sagas";

    public override string ToString() =>
        $"{Kind} {Id} to {Queue}: {Properties.ContentType} {Properties.Type} {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 1000)))}";
}
