using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Persistence;

namespace Sagas.Tests.Persistence.Configuration;

public sealed class PersistenceOptionsTests
{
    [Theory]
    [InlineData("Sagas:Outbox:MaxAttempts", "0", "from 1 to 1000")]
    [InlineData("Sagas:Outbox:QueryDelay", "02:00:00", "from 00:00:00.0100000 to 01:00:00")]
    [InlineData("Sagas:Retention:BatchSize", "20000", "from 1 to 10000")]
    public void Start_ValueOutOfRange_SaysKeyValueAndRange(string key, string value, string range)
    {
        using var services = Build(key, value);

        var error = Should.Throw<OptionsValidationException>(
            () => services.GetRequiredService<IStartupValidator>().Validate());

        error.Message.ShouldContain($"{key} is {value}. It must be {range}.");
    }

    [Fact]
    public void Start_Configured_WinsOverCode()
    {
        using var services = Build("Sagas:Outbox:QueryMessageLimit", "7");

        var options = services.GetRequiredService<OutboxSettings<SagaStoreDbContext>>().Options;

        options.QueryMessageLimit.ShouldBe(7);
        options.MaxAttempts.ShouldBe(5);
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
