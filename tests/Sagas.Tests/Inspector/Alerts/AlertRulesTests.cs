using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Pages.Alerts;
using Sagas.Orchestration.Resilience;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Inspector.Alerts;

public sealed class AlertRulesTests : IDisposable
{
    private readonly FakeClock _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RecentCounts _counts;
    private readonly Meter _meter;

    public AlertRulesTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _counts = new RecentCounts(factory, _clock);
        _meter = factory.Create("Sagas");
    }

    [Fact]
    public void Evaluate_NothingTheMatter_HasNoAlert() => Evaluate(Store()).ShouldBeEmpty();

    [Fact]
    public void Evaluate_FiguresAtTheirLimits_HaveNoAlert() => Evaluate(
        Store() with { OutboxAge = TimeSpan.FromSeconds(60), DueLag = TimeSpan.FromSeconds(30) }).ShouldBeEmpty();

    [Fact]
    public void Evaluate_FiguresAboveTheirLimits_HasOneEachAndTheCriticalFirst() => Evaluate(Store(suspended: 2) with
    {
        OutboxAge = TimeSpan.FromSeconds(61),
        DueLag = TimeSpan.FromSeconds(31),
        ParkedMessages = 1,
        UndecidedSagas = 3,
    }).ShouldBe(
    [
        "2 sagas wait for an operator",
        "A message waits in the outbox for 1m 1s",
        "A saga is due for 31s and nobody looks at it",
        "3 sagas are undecided",
        "1 message is parked in the outbox",
    ]);

    [Fact]
    public void Evaluate_CircuitThatIsNotClosed_IsAnAlert() => AlertRules.Evaluate(
        Store(), [Circuit("a:1", CircuitState.Closed), Circuit("b:1", CircuitState.Open), Circuit("c:1", CircuitState.HalfOpen)], _counts)
        .Select(x => x.Summary)
        .ShouldBe(["The circuit breaker of b:1 is open", "The circuit breaker of c:1 is open"]);

    [Fact]
    public void Evaluate_SharesOfSteps_AreHeldAgainstTheirLimitsEachByItself()
    {
        Count("sagas.step.attempts", 100, ("saga.name", "order"), ("saga.step", "calm"));
        Count("sagas.step.timeouts", 5, ("saga.name", "order"), ("saga.step", "calm"));
        Count("sagas.step.retries", 10, ("saga.name", "order"), ("saga.step", "calm"));
        Count("sagas.step.attempts", 100, ("saga.name", "order"), ("saga.step", "ill"));
        Count("sagas.step.timeouts", 6, ("saga.name", "order"), ("saga.step", "ill"));
        Count("sagas.step.retries", 12, ("saga.name", "order"), ("saga.step", "ill"));

        Evaluate(Store()).ShouldBe(
            ["6% of the attempts of order/ill get no answer", "12% of the attempts of order/ill are repeated"]);
    }

    [Fact]
    public void Evaluate_SagasThatTurnBackAndCallsWithoutRoom_AreAlerts()
    {
        Count("sagas.started", 100, ("saga.name", "order"));
        Count("sagas.compensations", 8, ("saga.name", "order"));
        Count("sagas.bulkhead.rejections", 60, ("saga.destination", "bank:443"), ("error.type", "BULKHEAD_FULL"));
        Count("sagas.bulkhead.rejections", 41, ("saga.destination", "bank:443"), ("error.type", "CPU_BUSY"));

        Evaluate(Store()).ShouldBe(
            ["8% of the sagas order turn back", "101 calls to bank:443 found no room within five minutes"]);
    }

    [Fact]
    public void Read_WhatWasBeforeTheWindow_IsNotCounted()
    {
        Count("sagas.started", 3, ("saga.name", "order"));
        _clock.Advance(TimeSpan.FromMinutes(4));
        Count("sagas.started", 4, ("saga.name", "order"));

        _counts.Read("sagas.started", TimeSpan.FromMinutes(5))["order"].ShouldBe(7);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _counts.Read("sagas.started", TimeSpan.FromMinutes(5))["order"].ShouldBe(4);
        _counts.Read("sagas.started", TimeSpan.FromMinutes(15))["order"].ShouldBe(7);
        _clock.Advance(TimeSpan.FromHours(2));
        _counts.Read("sagas.started", TimeSpan.FromMinutes(15)).ShouldBeEmpty();
    }

    [Fact]
    public void Read_AnotherWorkersMetricsInTheProcess_AreNotCounted()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        others.GetRequiredService<IMeterFactory>().Create("Sagas").CreateCounter<long>("sagas.started")
            .Add(1, new KeyValuePair<string, object?>("saga.name", "order"));

        _counts.Read("sagas.started", TimeSpan.FromMinutes(5)).ShouldBeEmpty();
    }

    /// <summary>Two places with the same limits are kept the same by this.</summary>
    [Fact]
    public void Limits_AreThoseOfThePrometheusRules()
    {
        var rules = Repository.Read("deploy", "prometheus", "sagas.rules.yml");

        LimitOf("SagaStepTimeouts").ShouldBe(AlertLimits.Timeouts);
        LimitOf("SagaStepRetries").ShouldBe(AlertLimits.Retries);
        LimitOf("SagaCompensations").ShouldBe(AlertLimits.Compensations);
        LimitOf("SagaBulkheadRejections").ShouldBe(AlertLimits.BulkheadRejections);
        LimitOf("SagasSuspended").ShouldBe(AlertLimits.Suspended);
        LimitOf("SagaOutboxOld").ShouldBe(AlertLimits.OutboxAgeSeconds);
        LimitOf("SagaDueLag").ShouldBe(AlertLimits.DueLagSeconds);
        LimitOf("SagaMessagesParked").ShouldBe(AlertLimits.Parked);
        LimitOf("SagasUndecided").ShouldBe(AlertLimits.Undecided);
        rules.ShouldContain($"sagas_step_timeouts_total[{AlertLimits.StepWindow.TotalMinutes}m]");
        rules.ShouldContain($"sagas_compensations_total[{AlertLimits.SagaWindow.TotalMinutes}m]");

        double LimitOf(string name) => double.Parse(
            Regex.Match(rules, $@"- alert: {name}\n\s+expr:(?:(?!- alert).)*?> ([\d.]+)\n", RegexOptions.Singleline).Groups[1].Value,
            CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _counts.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Refused_ParticipantsQueueThatTheBrokerRefuses_IsAnAlertWithItsWords()
    {
        var alert = AlertRules.Refused(new Dictionary<string, string> { ["odd"] = "PRECONDITION_FAILED" })
            .ShouldHaveSingleItem();

        alert.Summary.ShouldBe("RabbitMQ refuses the queue or the exchange odd");
        alert.Advice.ShouldEndWith("It says: PRECONDITION_FAILED");
        AlertRules.Refused(null).ShouldBeEmpty();
    }

    private static StoreFigures Store(long suspended = 0) =>
        new() { OpenSagas = new Dictionary<string, long> { ["Suspended"] = suspended, ["Running"] = 9 } };

    private static CircuitBreakerSnapshot Circuit(string destination, CircuitState state) =>
        new(destination, state, 10, 10, DateTimeOffset.UnixEpoch, null);

    private IEnumerable<string> Evaluate(StoreFigures store) => AlertRules.Evaluate(store, [], _counts).Select(x => x.Summary);

    private void Count(string name, long value, params (string Key, string Value)[] tags) =>
        _meter.CreateCounter<long>(name).Add(
            value, [.. tags.Select(x => new KeyValuePair<string, object?>(x.Key, x.Value))]);
}
