using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Containers;
using Npgsql;
using Sagas.IntegrationTests.Containers;
using Sagas.Tests;

namespace Sagas.IntegrationTests.EndToEnd;

/// <summary>
/// The repository's own <c>docker-compose.yml</c>, under a name and on ports that nobody else has. What it starts belongs to
/// the test run, whose reaper removes it if the run is killed.
/// </summary>
internal sealed class ComposeProject : IAsyncDisposable
{
    private readonly string _name = $"sagas-{Guid.NewGuid():n}";
    private readonly string _overrides = Path.GetTempFileName();
    private NpgsqlDataSource? _sagas;

    /// <summary>Says what is otherwise than in <c>docker-compose.yml</c>, from the next command on.</summary>
    /// <param name="services">Services with what is special about them, in Compose's form.</param>
    public Task OverrideAsync(IReadOnlyDictionary<string, object> services) => File.WriteAllTextAsync(
        _overrides,
        System.Text.Json.JsonSerializer.Serialize(new
        {
            services,
            networks = new { @default = new { labels = Labels } },
            volumes = new { postgres = new { labels = Labels }, rabbitmq = new { labels = Labels } },
        }));

    /// <summary>What each service is labelled with.</summary>
    public static Dictionary<string, string> Labels => new()
    {
        [ResourceReaper.ResourceReaperSessionLabel] = ResourceReaper.DefaultSessionId.ToString("D"),
    };

    /// <summary>Has so many containers of a service run, and returns when all are healthy. Others stay as they are.</summary>
    public Task UpAsync(string service, int containers, CancellationToken ct) => RunAsync(
        ["up", "--detach", "--no-build", "--no-recreate", "--wait", "--scale", $"{service}={containers}", service], ct);

    /// <summary>Stops a container of a service as <c>docker stop</c> does, and tells its exit code.</summary>
    public async Task<long> StopAsync(string service, int number, CancellationToken ct)
    {
        var container = $"{_name}-{service}-{number}";
        await DockerEngine.Client.Containers.StopContainerAsync(
            container, new ContainerStopParameters { WaitBeforeKillSeconds = 60 }, ct);
        return (await DockerEngine.Client.Containers.InspectContainerAsync(container, ct)).State!.ExitCode;
    }

    /// <summary>The host's address, as containers see it.</summary>
    public Task<string> FindGatewayAsync(CancellationToken ct) => DockerEngine.FindGatewayAsync($"{_name}_default", ct);

    public async Task<string> FindBrokerAsync(CancellationToken ct) =>
        $"amqp://sagas:sagas@{await RunAsync(["port", "rabbitmq", "5672"], ct)}";

    /// <summary>A number from the worker's database.</summary>
    public async Task<long> ScalarAsync(string sql, CancellationToken ct)
    {
        _sagas ??= await ConnectAsync(ct);
        await using var command = _sagas.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sagas is not null)
        {
            await _sagas.DisposeAsync();
        }

        await RunAsync(["down", "--volumes", "--remove-orphans", "--timeout", "1"], CancellationToken.None);
        File.Delete(_overrides);
    }

    private async Task<NpgsqlDataSource> ConnectAsync(CancellationToken ct)
    {
        var address = (await RunAsync(["port", "postgres", "5432"], ct)).Split(':');
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = address[0],
            Port = int.Parse(address[1], CultureInfo.InvariantCulture),
            Database = "sagas",
            Username = "sagas",
            Password = "sagas",
        });
    }

    private async Task<string> RunAsync(string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(
            "docker",
            [
                "compose", "--project-name", _name, "--env-file", "/dev/null",
                "--file", Path.Combine(Repository.Root, "docker-compose.yml"), "--file", _overrides, .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var port in new[] { "POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_MANAGEMENT_PORT", "WORKER_PORT" })
        {
            // Any that is free.
            start.Environment[port] = "0";
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        process.ExitCode.ShouldBe(0, $"docker compose {string.Join(' ', arguments)}: {await errors}");
        return (await output).Trim();
    }
}
