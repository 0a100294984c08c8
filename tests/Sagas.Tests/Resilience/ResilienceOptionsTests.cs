using Microsoft.Extensions.Options;
using Sagas.Worker;

namespace Sagas.Tests.Resilience;

/// <summary>
/// What is configured wrongly is said before anything starts: the key, the value, and what is allowed.
/// </summary>
public sealed class ResilienceOptionsTests
{
    [Theory]
    [InlineData("Sagas:ExternalCall:Timeout", "2h", "Sagas:ExternalCall:Timeout is 2h. Allowed: 100ms to 1h.")]
    [InlineData(
        "Sagas:ExternalCall:ResponseTimeout", "50s", "Sagas:ExternalCall:ResponseTimeout is 50s. Allowed: 100ms to 45s.")]
    [InlineData("Sagas:CircuitBreaker:Failures", "0", "Sagas:CircuitBreaker:Failures is 0. Allowed: 1 to 100000.")]
    [InlineData("Sagas:CircuitBreaker:Window", "2d", "Sagas:CircuitBreaker:Window is 2d. Allowed: 1s to 1d.")]
    [InlineData("Sagas:Bulkhead:Connections", "0", "Sagas:Bulkhead:Connections is 0. Allowed: 1 to 10000.")]
    [InlineData("Sagas:Bulkhead:CpuPercent", "101", "Sagas:Bulkhead:CpuPercent is 101. Allowed: 1 to 100.")]
    [InlineData(
        "Sagas:Bulkhead:CallCpuPercent",
        "90",
        "Sagas:Bulkhead:CallCpuPercent is 90. Allowed: 0 to 80, which is Sagas:Bulkhead:CpuPercent, or no call could ever begin.")]
    [InlineData(
        "Sagas:Bulkhead:OperationPayloadBytes",
        "600000000",
        "Sagas:Bulkhead:OperationPayloadBytes is 600000000. Allowed: 1024 to 536870912, which is Sagas:Bulkhead:PayloadBytes.")]
    [InlineData("Sagas:Telemetry:StoreInterval", "0s", "Sagas:Telemetry:StoreInterval is 0s. Allowed: 1s to 10m.")]
    public void Create_ValueOutOfRange_SaysWhichAndWhatIsAllowed(string key, string value, string message)
    {
        var exception = Should.Throw<OptionsValidationException>(
            () => SagasHost.Create(new Dictionary<string, string?> { [key] = value }).Dispose());

        exception.Failures.ShouldBe([message]);
    }
}
