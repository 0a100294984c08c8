namespace Sagas.Persistence.Store;

/// <summary>What has become of sagas that were taken as due; those that were looked at are in neither.</summary>
/// <param name="Held">Those that are taken still, and not looked at yet.</param>
/// <param name="Lapsed">How many were not looked at before their lease ended.</param>
public sealed record DueClaims(IReadOnlySet<Guid> Held, int Lapsed);
