namespace Sagas.Engine;

/// <summary>How much the engine may put into one message.</summary>
/// <param name="MessageBytes">The largest body that is sent, in bytes of UTF-8: <c>Sagas:Outbox:MaxMessageBytes</c>.</param>
internal sealed record EngineLimits(int MessageBytes)
{
    /// <summary>The setting that limits a message, as error messages name it.</summary>
    public const string Setting = "Sagas:Outbox:MaxMessageBytes";

    /// <summary>What a message has at most beside the saga's input and results: names, ids, addresses, headers.</summary>
    public const int Envelope = 16 * 1024;

    /// <summary>The limit where none is configured.</summary>
    public static readonly EngineLimits Default = new(16 * 1024 * 1024);

    /// <summary>How many bytes input and results may have together in one message.</summary>
    public int PayloadBytes => MessageBytes - Envelope;
}
