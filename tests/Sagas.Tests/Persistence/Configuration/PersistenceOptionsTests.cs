using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class PersistenceOptionsTests
{
    [Theory]
    [InlineData("Sagas:Outbox:MaxAttempts", "0", "1 to 1000")]
    [InlineData("Sagas:Outbox:QueryDelay", "2h", "10ms to 1h")]
    [InlineData("Sagas:Retention:BatchSize", "20000", "1 to 10000")]
    public void Start_ValueOutOfRange_SaysKeyValueAndRange(string key, string value, string range)
    {
        using var services = Build(key, value);

        var error = Should.Throw<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());

        error.Message.ShouldContain($"{key} is {value}. Allowed: {range}.");
    }

    [Fact]
    public void Start_Configured_WinsOverCode()
    {
        using var services = Build("Sagas:Outbox:QueryMessageLimit", "7");

        var options = services.GetRequiredService<OutboxSettings<SagaStoreDbContext>>().Options;

        options.QueryMessageLimit.ShouldBe(7);
        options.MaxAttempts.ShouldBe(5);
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("2m", 120)]
    [InlineData("00:00:03", 3)]
    public void Start_DurationInEitherForm_IsTaken(string duration, double seconds)
    {
        using var services = Build("Sagas:Outbox:QueryDelay", duration);

        services.GetRequiredService<OutboxSettings<SagaStoreDbContext>>().Options.QueryDelay.TotalSeconds
            .ShouldBe(seconds);
    }

    [Fact]
    public void Start_KeyIsNotKnown_SaysWhichIsMeant()
    {
        using var services = Build("Sagas:Retention:FinishedSaga", "30d");

        var error = Should.Throw<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());

        error.Message.ShouldContain("Sagas:Retention:FinishedSaga is not known. Did you mean FinishedSagas?");
    }

    private static ServiceProvider Build(string key, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build());
        services.AddSagaPersistence("Data Source=never-opened.db");
        services.AddMassTransit(bus =>
        {
            bus.AddEntityFrameworkOutbox<SagaStoreDbContext>(outbox =>
            {
                outbox.QueryMessageLimit = 50;
                outbox.Configure(options => options.MaxAttempts = 5);
            });
            bus.UsingInMemory();
        });
        return services.BuildServiceProvider();
    }
}
