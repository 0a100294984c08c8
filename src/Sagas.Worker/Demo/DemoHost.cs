using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Contracts;

namespace Sagas.Worker.Demo;

/// <summary>
/// A worker of the demo: the real one, embedded, with the sample participants on its bus. It starts the sagas that its
/// standard input names, one JSON object a line, and stops when the input ends.
/// </summary>
internal static class DemoHost
{
    /// <summary>The line on standard output that says that sagas are handled now.</summary>
    public const string Ready = "The demo's worker is ready.";

    private static readonly Uri Worker = new("exchange:sagas");

    public static async Task<int> RunAsync(DemoFiles files, CancellationToken stop)
    {
        using var host = SagasHost.Create(Settings(files), new DemoParticipants(files.ParticipantsConnection));
        await host.StartAsync(stop);
        Console.WriteLine(Ready);
        await StartSagasAsync(host.Services, stop);
        await host.StopAsync(CancellationToken.None);
        return 0;
    }

    private static Dictionary<string, string?> Settings(DemoFiles files) => new()
    {
        ["ConnectionStrings:Sagas"] = files.SagasConnection,
        ["ConnectionStrings:RabbitMq"] = null,
        ["Sagas:Embedded:Allowed"] = "true",
        ["Sagas:Definitions:Path"] = Path.Combine(AppContext.BaseDirectory, "demo"),
        ["Sagas:Health:File"] = files.HealthFile,
        ["Sagas:Api:Enabled"] = "false",
    };

    private static async Task StartSagasAsync(IServiceProvider services, CancellationToken stop)
    {
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, lifetime.ApplicationStopping);
        var worker = await services.GetRequiredService<IBus>().GetSendEndpoint(Worker);
        try
        {
            while (await Console.In.ReadLineAsync(stopping.Token) is { } line)
            {
                var request = JsonSerializer.Deserialize<DemoStartRequest>(line)!;
                await worker.Send(
                    new StartSaga { SagaId = request.SagaId, SagaName = request.SagaName, Input = request.Input },
                    stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }
}
