using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sagas.Worker.Configuration;

/// <summary>Adds options that are bound from a section of the configuration.</summary>
internal static class SectionOptionsExtensions
{
    /// <summary>Adds the options, which are checked before the host starts.</summary>
    public static IServiceCollection AddSectionOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<TOptions>>(provider => Create(provider));
        services.AddSingleton<IValidateOptions<TOptions>>(provider => Create(provider));
        return services;

        SectionOptions<TOptions> Create(IServiceProvider provider) =>
            new(provider.GetRequiredService<IConfiguration>(), section);
    }
}
