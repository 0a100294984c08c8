using System.Diagnostics;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Contracts;
using Sagas.Worker;

namespace Sagas.Structure;

/// <summary>
/// Which types a reply passes on its way to the next command: those whose methods a worker compiles when it receives its
/// first reply, of a saga that another process has started.
/// </summary>
internal static class WayOfAReply
{
    /// <summary>The argument with which this program starts the saga, before the folder.</summary>
    public const string Begin = "begin-saga";

    private const string Definition = """
        {
          "name": "way", "version": 1,
          "steps": [
            { "name": "first", "queue": "way-first", "compensation": true },
            { "name": "second", "queue": "way-second" }
          ]
        }
        """;

    private static readonly Guid SagaId = new("0d5f3c5e-7b1c-4f3e-9a55-6d0c6a3b7f10");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <summary>The full names of the types.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sagas-way-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "way.json"), Definition);
            using var methods = new CompiledMethods();
            using (var process = Process.Start(Environment.ProcessPath!, [Begin, folder.FullName]))
            {
                await process.WaitForExitAsync();
                if (process.ExitCode != 0)
                {
                    throw new InvalidOperationException("The saga was not started; the lines above say why.");
                }
            }

            using var host = Create(folder.FullName);
            await host.StartAsync();
            var endpoint = await EndpointAsync(host);

            // What runs in the background, and what this program itself does, is compiled by then.
            await HasStartedAsync(folder.FullName, "second");
            await Task.Delay(Quiet);
            methods.Start();
            await endpoint.Send(new StepSucceeded
            {
                SagaId = SagaId,
                Step = "first",
                Direction = StepDirection.Execute,
                Attempt = 1,
            });
            await WaitForAsync(folder.FullName, "second");
            await Task.Delay(TimeSpan.FromSeconds(1));
            IReadOnlyList<string> types = [.. methods.Types];
            await host.StopAsync();
            return types;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts the saga and leaves it with its first step in flight.</summary>
    public static async Task BeginAsync(string folder)
    {
        using var host = Create(folder);
        await host.StartAsync();
        await (await EndpointAsync(host)).Send(new StartSaga { SagaName = "way", SagaId = SagaId });
        await WaitForAsync(folder, "first");
        await host.StopAsync();
    }

    private static IHost Create(string folder) => SagasHost.Create(new Dictionary<string, string?>
    {
        ["Sagas:Definitions:Path"] = folder,
        ["Sagas:Embedded:Path"] = Database(folder),
        ["Sagas:Api:Enabled"] = "false",
        ["Logging:LogLevel:Default"] = "Error",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Error",
    });

    private static string Database(string folder) => Path.Combine(folder, "sagas.db");

    private static Task<ISendEndpoint> EndpointAsync(IHost host) =>
        host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("queue:sagas"));

    private static async Task WaitForAsync(string folder, string step)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!await HasStartedAsync(folder, step))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), timeout.Token);
        }
    }

    private static async Task<bool> HasStartedAsync(string folder, string step)
    {
        await using var connection = new SqliteConnection($"Data Source={Database(folder)};Mode=ReadOnly");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM saga_history WHERE step = $step AND event = 'StepSent')";
        command.Parameters.AddWithValue("$step", step);
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }
}
