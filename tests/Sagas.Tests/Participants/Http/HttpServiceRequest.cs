namespace Sagas.Tests.Participants.Http;

/// <summary>A request as it arrived.</summary>
internal sealed record HttpServiceRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body, DateTimeOffset At)
{
    public string Key => Headers["Idempotency-Key"];

    public override string ToString() => $"{Method} {Target}";
}
