using System.Data.Common;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Engine;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.Starting;
using Sagas.Orchestration.StateMachine;
using Sagas.Orchestration.Store;
using Sagas.Orchestration.Timers;
using Sagas.Orchestration.Undecided;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration;

/// <summary>Adds what carries sagas: the store, the state machine, the timers.</summary>
public static class OrchestrationExtensions
{
    /// <summary>Adds the saga tables: PostgreSQL or SQLite, as <c>ConnectionStrings:Sagas</c> says.</summary>
    /// <exception cref="FormatException">
    /// The connection string is neither PostgreSQL's nor SQLite's, or missing where the embedded mode is not allowed.
    /// </exception>
    public static IHostApplicationBuilder AddSagaStore(this IHostApplicationBuilder builder)
    {
        ConnectionStringNames.Check(builder.Configuration);
        builder.Services.AddSectionOptions<EmbeddedOptions>(EmbeddedOptions.Section);
        try
        {
            builder.Services.AddSagaPersistence(
                EmbeddedOptions.Find(builder.Configuration, "Sagas") ?? EmbeddedFile(builder.Configuration));
        }
        catch (ArgumentException exception)
        {
            // Without the parameter's name, which ArgumentException appends.
            var appended = $" (Parameter '{exception.ParamName}')";
            throw new FormatException(
                $"ConnectionStrings:Sagas: {exception.Message.Replace(appended, "", StringComparison.Ordinal)}",
                exception);
        }

        return builder;
    }

    /// <summary>Adds the scanner for due sagas. To be added after the bus, so that it stops before it.</summary>
    public static IHostApplicationBuilder AddSagaTimers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSectionOptions<TimerOptions>(TimerOptions.Section);
        builder.Services.AddHostedService<DueScanner>();
        return builder;
    }

    private static string? EmbeddedFile(IConfiguration configuration) =>
        configuration[$"{EmbeddedOptions.Section}:{nameof(EmbeddedOptions.Path)}"] is { Length: > 0 } path
            ? new DbConnectionStringBuilder { ["Data Source"] = path }.ConnectionString
            : null;

    internal static void AddSagaOrchestration(this IBusRegistrationConfigurator bus)
    {
        bus.AddSectionOptions<StartOptions>(StartOptions.Section);
        bus.AddSingleton<StartRequestValidator>();
        bus.AddSingleton(provider => new EngineLimits(
            provider.GetRequiredService<OutboxSettings<SagaStoreDbContext>>().Options.MaxMessageBytes));
        bus.AddSingleton<IUnsentMessages<SagaStoreDbContext>, UnsentCommands>();
        bus.AddSingleton<CallerSignatures>();
        bus.AddSingleton<RefusedCommands>();
        bus.AddSingleton<UndecidedLog>();
        bus.AddSingleton<UndecidedSagaFilter>();
        bus.AddScoped<DecisionWriter>();
        bus.AddScoped<RepeatedCommands>();
        bus.AddScoped<RepeatedStarts>();
        bus.AddScoped<StartActivity>();
        bus.AddScoped<RepeatedStartActivity>();
        bus.AddScoped(typeof(Decide<>));

        bus.AddEntityFrameworkOutbox<SagaStoreDbContext>(x => x.UseBusOutbox());
        bus.AddSagaStateMachine<SagaStateMachine, SagaState>()
            .EntityFrameworkRepository(x => x.ExistingDbContext<SagaStoreDbContext>());
    }

    internal static void ConfigureSagaOrchestration(
        this IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        // While the database fails, a delivery waits where it is: nothing is lost to the error queue.
        endpoint.UseDatabaseRetry<SagaStoreDbContext>(context);

        endpoint.UseFilter(context.GetRequiredService<UndecidedSagaFilter>());
        endpoint.UseSharedTransactions();
        endpoint.UseConsumeFilter<StoreDefinitionFilter>(context);

        // The state machine itself tells duplicates, so that its endpoint needs no inbox.
        endpoint.UseEntityFrameworkOutbox<SagaStoreDbContext>(context, x => x.DuplicateDetection = false);
        endpoint.ConfigureSaga<SagaState>(context);
    }
}
