using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.Telemetry;
using Sagas.Tests.Orchestration.Engine;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Telemetry;

public sealed class StepMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<StepMetrics>()
        .BuildServiceProvider();

    private readonly StepMetrics _metrics;
    private readonly MetricReader _reader;

    public StepMetricsTests()
    {
        _metrics = _services.GetRequiredService<StepMetrics>();
        _reader = new MetricReader(_services.GetRequiredService<IMeterFactory>());
    }

    [Fact]
    public void Record_FailuresTimeoutsAndRetries_AreCountedByStep()
    {
        var run = Record(new EngineRun(Order()));
        Record(run.Succeed());
        Record(run.Fail(retryable: true));
        Record(run.Due());
        Record(run.Due());
        Record(run.Fail());

        Read("attempts", ("saga.step", "charge"), ("saga.direction", "execute")).ShouldBe(3);
        Read("failures", ("saga.step", "charge")).ShouldBe(2);
        Read("timeouts", ("saga.step", "charge"), ("error.type", "STEP_EXECUTION_TIMEOUT")).ShouldBe(1);
        Read("retries", ("saga.step", "charge"), ("saga.name", "order"), ("saga.direction", "execute")).ShouldBe(2);
        Read("retries").ShouldBe(2);
        Read("attempts", ("saga.direction", "compensate")).ShouldBe(1);
    }

    [Fact]
    public void Record_StepsUndone_AreCounted()
    {
        var run = Record(new EngineRun(Order()));
        Record(run.Succeed());
        Record(run.Fail());
        Record(run.Succeed());

        Read("compensated", ("saga.step", "reserve")).ShouldBe(1);
    }

    [Fact]
    public void Record_StepPutOff_IsNeitherAFailureNorARetry()
    {
        var run = Record(new EngineRun(Order()));
        for (var wait = 0; wait < 3; wait++)
        {
            var before = run.Saga;
            Record(run.PutOff());
            _metrics.CountWait(before, run.Saga, PutOff(run));
            Record(run.Due());
        }

        _metrics.CountWait(run.Saga, run.Wait(TimeSpan.FromSeconds(1)).Saga, PutOff(run));

        Read("deferrals", ("saga.step", "reserve"), ("error.type", "CIRCUIT_OPEN")).ShouldBe(3);
        Read("attempts", ("saga.step", "reserve")).ShouldBe(4);
        (Read("failures"), Read("retries"), Read("timeouts")).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Record_StepEnded_TakesItsTimeFromTheFirstAttempt()
    {
        var run = Record(new EngineRun(Order()));
        run.Wait(TimeSpan.FromSeconds(3));
        Record(run.Fail(retryable: true));
        Record(run.Due());
        run.Wait(TimeSpan.FromSeconds(2));
        Record(run.Succeed());
        run.Wait(TimeSpan.FromSeconds(7));
        Record(run.Fail());

        Read("duration", ("saga.step", "reserve"), ("saga.outcome", "succeeded")).ShouldBe(6);
        Read("duration", ("saga.step", "charge"), ("saga.outcome", "failed")).ShouldBe(7);
        Read("duration").ShouldBe(13);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _services.Dispose();
    }

    private EngineRun Record(EngineRun run)
    {
        _metrics.Record(run.Last);
        return run;
    }

    private static StepDeferred PutOff(EngineRun run) => new()
    {
        SagaId = run.Saga.SagaId,
        Step = "reserve",
        Direction = StepDirection.Execute,
        Attempt = 1,
        Wait = TimeSpan.FromSeconds(30),
        Code = "CIRCUIT_OPEN",
        Message = "It is open.",
    };

    private double Read(string name, params (string Key, string Value)[] attributes) =>
        _reader.Read($"sagas.step.{name}", attributes);
}
