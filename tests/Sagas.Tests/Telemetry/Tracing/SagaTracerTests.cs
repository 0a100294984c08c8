using System.Diagnostics;
using MassTransit;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Tests.Demo;

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
                tracer.StartSend(delivery, "participants", "ExecuteStep", saga, default)?.Dispose();
                tracer.StartCall(HttpMethod.Post, url, default)?.Dispose();
            }
        }
    }

    /// <summary>The delivery has no span of its own then, in which that of the send would be.</summary>
    [Fact]
    public void StartSend_ListenerCameInTheMiddleOfTheDelivery_BelongsToTheSagasTrace()
    {
        using var tracer = new SagaTracer();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => ReferenceEquals(source, tracer.Source),
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        var saga = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

        using var span = tracer.StartSend(null!, "participants", "ExecuteStep", Guid.NewGuid(), saga);

        span.ShouldNotBeNull();
        (span.TraceId, span.ParentSpanId).ShouldBe((saga.TraceId, saga.SpanId));
    }
}
