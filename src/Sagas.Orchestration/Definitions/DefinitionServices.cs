using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Engine.Definitions;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Definitions;

/// <summary>Adds saga definitions to the worker.</summary>
public static class DefinitionServices
{
    /// <inheritdoc cref="AddSagaDefinitions(IServiceCollection)"/>
    public static IHostApplicationBuilder AddSagaDefinitions(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSagaDefinitions();
        return builder;
    }

    /// <summary>
    /// Adds the catalog of definitions: those of the folder that <c>Sagas:Definitions:Path</c> names and those added
    /// with <see cref="AddSagaDefinition"/>. The host does not start when any of them has a mistake. The store,
    /// <see cref="DefinitionStore"/>, is added by AddSagaPersistence.
    /// </summary>
    public static IServiceCollection AddSagaDefinitions(this IServiceCollection services)
    {
        services.AddSectionOptions<DefinitionOptions>(DefinitionOptions.Section);
        services.AddSectionOptions<StepOptions>(StepOptions.Section);
        services.AddSectionOptions<CompensationOptions>(CompensationOptions.Section);
        services.AddSingleton<IValidateOptions<StepOptions>, StepOptionsValidator>();
        services.TryAddSagaClock();
        services.TryAddSingleton<IDefinitionStore>(provider =>
            new StoredDefinitions(provider.GetRequiredService<DefinitionStore>()));
        services.TryAddSingleton(new StoredVersionsFreshness(SagaDefinitionCatalog.Freshness));
        services.AddSingleton(CreateCatalog);
        services.AddHostedService<DefinitionStartup>();
        return services;
    }

    /// <summary>Adds a definition that was declared in code.</summary>
    public static IServiceCollection AddSagaDefinition(this IServiceCollection services, SagaDeclaration declaration) =>
        services.AddSingleton(declaration);

    private static SagaDefinitionCatalog CreateCatalog(IServiceProvider services) => new(
        DeclarationSet.Load(
            services.GetRequiredService<IOptions<DefinitionOptions>>().Value,
            services.GetServices<SagaDeclaration>(),
            services.GetServices<IDeclarationCheck>(),
            Directory.GetCurrentDirectory(),
            AppContext.BaseDirectory),
        new DefinitionDefaults(
            services.GetRequiredService<IOptions<StepOptions>>().Value,
            services.GetRequiredService<IOptions<CompensationOptions>>().Value),
        services.GetRequiredService<IDefinitionStore>(),
        services.GetSagaClock(),
        services.GetRequiredService<ILogger<SagaDefinitionCatalog>>(),
        services.GetRequiredService<StoredVersionsFreshness>().Age);
}
