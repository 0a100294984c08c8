using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;

namespace Sagas.Tests.Definitions;

public sealed class DefinitionOptionsTests
{
    [Fact]
    public void Bind_NothingConfigured_HasTheDefaults()
    {
        var steps = Get<StepOptions>();
        steps.Timeout.ShouldBe(TimeSpan.FromSeconds(60));
        steps.Retries.ShouldBe(3);
        steps.CriticalRetries.ShouldBe(5);
        steps.Interval.ShouldBe(TimeSpan.FromSeconds(1));
        steps.MaxInterval.ShouldBe(TimeSpan.FromSeconds(60));
        steps.Jitter.ShouldBe(0.1);
        var compensation = Get<CompensationOptions>();
        compensation.Timeout.ShouldBe(TimeSpan.FromSeconds(300));
        compensation.Retries.ShouldBe(3);
        Get<DefinitionOptions>().Path.ShouldBeNull();
    }

    [Fact]
    public void Bind_EveryKey_IsTaken()
    {
        var steps = Get<StepOptions>(
            ("Sagas:Steps:Timeout", "1.5s"),
            ("Sagas:Steps:Retries", "0"),
            ("Sagas:Steps:CriticalRetries", "100"),
            ("Sagas:Steps:Interval", "00:00:02"),
            ("sagas:steps:maxinterval", "1h"),
            ("Sagas:Steps:Jitter", "0.5"));
        steps.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
        steps.Retries.ShouldBe(0);
        steps.CriticalRetries.ShouldBe(100);
        steps.Interval.ShouldBe(TimeSpan.FromSeconds(2));
        steps.MaxInterval.ShouldBe(TimeSpan.FromHours(1));
        steps.Jitter.ShouldBe(0.5);
        var compensation = Get<CompensationOptions>(
            ("Sagas:Compensation:Timeout", "30d"), ("Sagas:Compensation:Retries", "9"));
        compensation.Timeout.ShouldBe(TimeSpan.FromDays(30));
        compensation.Retries.ShouldBe(9);
        Get<DefinitionOptions>(("Sagas:Definitions:Path", "mine")).Path.ShouldBe("mine");
    }

    [Fact]
    public void Bind_ValuesThatCannotBeRead_AreAllNamedWithTheirKeys()
    {
        var exception = Should.Throw<OptionsValidationException>(() => Get<StepOptions>(
            ("Sagas:Steps:Timeout", "30"),
            ("Sagas:Steps:Retries", "many"),
            ("Sagas:Steps:Jitter", "0,1"),
            ("Sagas:Steps:Retrys", "3")));

        exception.Failures.ShouldBe(
        [
            "Sagas:Steps:Timeout is \"30\", which is not a duration. Write a number and a unit (ms, s, m, h, d), " +
            "for instance \"30s\".",
            "Sagas:Steps:Retries is \"many\", which is not a whole number.",
            "Sagas:Steps:Jitter is \"0,1\", which is not a number. Write it with a point, for instance 0.1.",
            "Sagas:Steps:Retrys is not known. Did you mean Retries? " +
            "Allowed: Timeout, Retries, CriticalRetries, Interval, MaxInterval, Jitter.",
        ]);
    }

    [Fact]
    public void Validate_ValuesOutOfRange_AreAllNamedWithWhatIsAllowed()
    {
        var exception = Should.Throw<OptionsValidationException>(() => Get<StepOptions>(
            ("Sagas:Steps:Timeout", "99ms"),
            ("Sagas:Steps:Retries", "-1"),
            ("Sagas:Steps:CriticalRetries", "101"),
            ("Sagas:Steps:Interval", "2m"),
            ("Sagas:Steps:Jitter", "NaN")));

        string[] expected =
        [
            "Sagas:Steps:Timeout is 99ms. Allowed: 100ms to 30d.",
            "Sagas:Steps:Retries is -1. Allowed: 0 to 100.",
            "Sagas:Steps:CriticalRetries is 101. Allowed: 0 to 100.",
            "Sagas:Steps:MaxInterval is 1m. Allowed: 2m to 1d.",
            "Sagas:Steps:Jitter is NaN. Allowed: 0 to 1.",
        ];
        exception.Failures.ShouldBe(expected, ignoreOrder: true);
        Should.Throw<OptionsValidationException>(() => Get<CompensationOptions>(("Sagas:Compensation:Timeout", "31d")))
            .Failures.ShouldBe(["Sagas:Compensation:Timeout is 31d. Allowed: 100ms to 30d."]);
    }

    private static T Get<T>(params (string Key, string? Value)[] values)
        where T : class
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(x => KeyValuePair.Create(x.Key, x.Value)))
            .Build();
        using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSagaDefinitions()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<T>>().Value;
    }
}
