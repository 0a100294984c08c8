using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Transport;

namespace Sagas.Worker.CommandLine;

/// <summary>Tells mistakes in the configuration from failures of the program.</summary>
internal static class ConfigurationMistakes
{
    /// <returns>What to tell people, a line a mistake; <see langword="null"/> if it is none.</returns>
    public static string? Describe(Exception exception) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        SagaDefinitionException or FormatException or BrokerRefusedException => exception.Message,
        AggregateException all when all.InnerExceptions.All(inner => Describe(inner) is not null) =>
            string.Join(Environment.NewLine, all.InnerExceptions.Select(Describe)),
        _ => ListenFailure.Describe(exception),
    };
}
