namespace Sagas.Engine.Definitions;

/// <summary>How the body of a command is written.</summary>
public enum MessageFormat
{
    /// <summary>MassTransit's envelope, for participants that use MassTransit.</summary>
    Envelope,

    /// <summary>The command itself as plain JSON, for participants in any language.</summary>
    Json,
}
