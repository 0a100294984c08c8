using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence.Configuration;

/// <summary>Adds options that are bound from a section of the configuration.</summary>
internal static class SectionOptionsExtensions
{
    /// <summary>The name of options of which there is one of the type.</summary>
    public const string Unnamed = "";

    /// <summary>
    /// Adds the options, which are checked before the host starts. What the section says wins over what code says.
    /// </summary>
    /// <param name="services">
    /// The services. Without a configuration among them, code alone says what the options are.
    /// </param>
    /// <param name="section">The section.</param>
    /// <param name="name">The name of the options, where there are several of the type.</param>
    public static IServiceCollection AddSectionOptions<TOptions>(
        this IServiceCollection services, string section, string name = Unnamed)
        where TOptions : class
    {
        services.AddSingleton(new SettingSection(section));
        services.AddOptions<TOptions>(name).ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<TOptions>>(provider => Create(provider));
        services.AddSingleton<IValidateOptions<TOptions>>(provider => Create(provider));
        return services;

        SectionOptions<TOptions> Create(IServiceProvider provider) =>
            new(provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build(), section, name);
    }
}
