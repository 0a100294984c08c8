namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>What a queue takes.</summary>
/// <param name="Types">The types.</param>
/// <param name="MaxBytes">The largest body that is read.</param>
/// <param name="MaxBytesSetting">The setting that says so.</param>
/// <param name="MaxDepth">How deep a message may be nested.</param>
internal sealed record MessageLimits(MessageTypeNames Types, int MaxBytes, string MaxBytesSetting, int MaxDepth);
