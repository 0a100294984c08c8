using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sagas.Worker.Definitions;
using Sagas.Worker.Operations.Api;

namespace Sagas.Worker.Operations.CommandLine;

/// <summary>Runs the worker until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>The exit code of a worker whose configuration is wrong.</summary>
    public const int ConfigurationError = 2;

    public static async Task<int> RunAsync(Dictionary<string, string?> overrides, CancellationToken stop)
    {
        try
        {
            var host = SagasHost.Create(overrides);
            await using var disposal = (IAsyncDisposable)host;
            await StartAsync(host, stop);
            await host.WaitForShutdownAsync(stop);

            // Whatever had the host stop has said so by this.
            return Environment.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (ConfigurationMessage(exception) is { } message)
        {
            await Console.Error.WriteLineAsync(message);
            return ConfigurationError;
        }
    }

    private static async Task StartAsync(IHost host, CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop);
        }
        catch (Exception exception) when (ListenFailure.Describe(exception) is not null)
        {
            // The server starts last: everything else is at work by then.
            await host.StopAsync(CancellationToken.None);
            throw;
        }
    }

    private static string? ConfigurationMessage(Exception exception) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        SagaDefinitionException or FormatException => exception.Message,
        AggregateException all when all.InnerExceptions.All(inner => ConfigurationMessage(inner) is not null) =>
            string.Join(Environment.NewLine, all.InnerExceptions.Select(ConfigurationMessage)),
        _ => ListenFailure.Describe(exception),
    };
}
