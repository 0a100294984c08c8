using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Transport;
using Sagas.Worker.CommandLine.Client;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Makes every check, one after the other; what one finds decides which others make sense.</summary>
internal sealed class Doctor(IReadOnlyDictionary<string, string?> overrides, WorkerClient client)
{
    private const string Settings = "settings";
    private const string Definitions = "definitions";

    public async IAsyncEnumerable<CheckResult> ExamineAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var (worker, refusal) = Build();
        if (worker is null)
        {
            yield return refusal!;
            yield break;
        }

        await using var disposal = worker;
        var settings = CheckSettings(worker.Services);
        yield return settings;
        var (catalog, definitions) = CheckDefinitions(worker.Services);
        yield return definitions;

        await foreach (var result in new DatabaseCheck(worker.Services).ExamineAsync(catalog, stop))
        {
            yield return result;
        }

        await foreach (var result in new BrokerCheck(worker.Services.GetService<BrokerConnectionString>()).ExamineAsync(
            catalog?.Queues ?? [], stop))
        {
            yield return result;
        }

        yield return await CheckApiAsync(worker.Services, stop);
    }

    /// <summary>The worker as it would start here, not started.</summary>
    private (WebApplication? Worker, CheckResult? Refusal) Build()
    {
        try
        {
            var builder = SagasHost.CreateBuilder(overrides);
            builder.Logging.ClearProviders();
            return (builder.Build(), null);
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            return (null, CheckResult.Fail(Settings, message, "Correct it; the other checks need it."));
        }
    }

    private static CheckResult CheckSettings(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return CheckResult.Ok(Settings, "every section is known and within its ranges");
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            return CheckResult.Fail(Settings, message, "Correct it: the worker does not start with it.");
        }
    }

    private static (SagaDefinitionCatalog? Catalog, CheckResult Result) CheckDefinitions(IServiceProvider services)
    {
        try
        {
            var catalog = services.GetRequiredService<SagaDefinitionCatalog>();
            var loaded = catalog.Loaded;
            return (catalog, loaded.Count == 0
                ? CheckResult.Warn(
                    Definitions,
                    "there are none: the worker can start no saga",
                    "Put *.json files into the folder 'sagas', or name their folder with Sagas__Definitions__Path.")
                : CheckResult.Ok(
                    Definitions, string.Join(", ", loaded.Select(x => $"{x.Name} v{x.Version}"))));
        }
        catch (Exception exception) when (ConfigurationMistakes.Describe(exception) is { } message)
        {
            return (null, CheckResult.Fail(
                Definitions, message, "Correct them; 'validate' checks files by themselves."));
        }
    }

    private async Task<CheckResult> CheckApiAsync(IServiceProvider services, CancellationToken stop)
    {
        const string Api = "api";
        if (!IsServed(services))
        {
            return CheckResult.Ok(Api, $"switched off ({ApiOptions.Section}:{nameof(ApiOptions.Enabled)})");
        }

        try
        {
            await client.ListAsync("?limit=1", stop);
            return CheckResult.Ok(Api, $"a worker answers at {client.Address}");
        }
        catch (CommandException exception) when (exception.ExitCode == ExitCodes.Usage)
        {
            return CheckResult.Warn(
                Api,
                $"a worker answers at {client.Address}, and demands a key that this command has not",
                "Give it one in SAGAS_API_KEY, or in a file that SAGAS_API_KEY_FILE names, to see the rest as well.");
        }
        catch (CommandException exception)
        {
            return CheckResult.Fail(Api, exception.Message, "If the worker runs, its log says more.");
        }
    }

    private static bool IsServed(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<IOptions<ApiOptions>>().Value.Enabled;
        }
        catch (OptionsValidationException)
        {
            return true;
        }
    }
}
