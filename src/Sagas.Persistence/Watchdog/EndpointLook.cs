namespace Sagas.Persistence.Watchdog;

/// <summary>How one receive endpoint was found.</summary>
/// <param name="Queue">Its queue.</param>
/// <param name="IsConsuming">Whether messages of that queue reach it, as far as can be seen from here.</param>
internal sealed record EndpointLook(string Queue, bool IsConsuming);
