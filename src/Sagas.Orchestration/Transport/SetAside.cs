namespace Sagas.Orchestration.Transport;

/// <summary>
/// A payload of a delivery that is in the error queue already, so that it does not go to <c>sagas_skipped</c> too.
/// </summary>
internal sealed class SetAside
{
    public static readonly SetAside Marker = new();
}
