using System.Diagnostics;
using MassTransit;
using Sagas.Tests.Demo;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Telemetry.Tracing;

/// <summary>Nobody else may listen meanwhile.</summary>
[Collection(nameof(RunsAlone))]
public sealed class SagaTracerTests(ITestOutputHelper output)
{
    [Fact]
    public void Spans_NobodyListens_TakeNoMemoryAndNearlyNoTime()
    {
        const int Times = 100_000;
        using var tracer = new SagaTracer();
        ConsumeContext delivery = null!;
        var (saga, url) = (Guid.NewGuid(), new Uri("http://payments.example/"));
        Ask(1_000);
        var memory = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();

        Ask(Times);

        var elapsed = Stopwatch.GetElapsedTime(start);
        var taken = GC.GetAllocatedBytesForCurrentThread() - memory;
        output.WriteLine($"{elapsed.TotalNanoseconds / Times:F0} ns for the spans of a step");
        taken.ShouldBe(0);
        (elapsed / Times).ShouldBeLessThan(TimeSpan.FromMicroseconds(5));

        void Ask(int times)
        {
            for (var i = 0; i < times; i++)
            {
                tracer.StartProcess(delivery, "sagas", "StepSucceeded", saga, default, default)?.Dispose();
                tracer.StartSend(delivery, "participants", "ExecuteStep", saga)?.Dispose();
                tracer.StartCall(HttpMethod.Post, url, default)?.Dispose();
            }
        }
    }
}
