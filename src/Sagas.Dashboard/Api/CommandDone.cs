namespace Sagas.Dashboard.Api;

/// <summary>An operator's command was carried out and recorded.</summary>
/// <param name="Id">The saga.</param>
/// <param name="State">Its state after the command.</param>
internal sealed record CommandDone(Guid Id, string State);
