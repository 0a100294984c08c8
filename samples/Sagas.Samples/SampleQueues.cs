namespace Sagas.Samples;

/// <summary>The queues that the sample participants serve. A definition names them.</summary>
public static class SampleQueues
{
    public const string Stock = "stock";
    public const string Payment = "payment";
    public const string Shipping = "shipping";
    public const string AgentTools = "agent-tools";

    public static IReadOnlyList<string> All { get; } = [Stock, Payment, Shipping, AgentTools];
}
