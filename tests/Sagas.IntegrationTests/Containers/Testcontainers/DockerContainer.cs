using System.Collections.Immutable;
using System.Globalization;
using DotNet.Testcontainers.Builders;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers.Containers;

/// <summary>A container of the Docker engine, driven through its command line.</summary>
/// <param name="configuration">What it shall be.</param>
public class DockerContainer(ContainerConfiguration configuration) : IContainer
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(120);

    private readonly SemaphoreSlim _oneStart = new(1);
    private ImmutableDictionary<int, int> _ports = ImmutableDictionary<int, int>.Empty;
    private string? _id;

    /// <inheritdoc />
    public string Id => _id ?? throw new InvalidOperationException($"The container {Name} was never started.");

    /// <inheritdoc />
    public string Name => configuration.Name;

    /// <inheritdoc />
    public string Image => configuration.Image;

    /// <inheritdoc />
    public string Hostname => "127.0.0.1";

    /// <inheritdoc />
    public ushort GetMappedPublicPort(int containerPort) => _ports.TryGetValue(containerPort, out int port)
        ? (ushort)port
        : throw new InvalidOperationException(
            $"The port {containerPort} of {Name} is not published, or {Name} was never started: see WithPortBinding.");

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken ct = default)
    {
        await _oneStart.WaitAsync(ct);
        try
        {
            if (_id is null)
            {
                await CreateAsync(ct);
            }
            else
            {
                await DockerCli.RunAsync(["start", _id], ct);
            }

            await WaitUntilReadyAsync(ct);
        }
        finally
        {
            _oneStart.Release();
        }
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (_id is not null)
        {
            await DockerCli.RunAsync(["stop", _id], ct);
        }
    }

    /// <inheritdoc />
    public async Task<ExecResult> ExecAsync(IList<string> command, CancellationToken ct = default)
    {
        DockerCli.Output output = await DockerCli.TryAsync(["exec", Id, .. command], ct);
        return new ExecResult(output.Stdout, output.Stderr, output.ExitCode);
    }

    /// <inheritdoc />
    public async Task<(string Stdout, string Stderr)> GetLogsAsync(
        DateTime since = default, DateTime until = default, bool timestampsEnabled = true, CancellationToken ct = default)
    {
        string[] window =
        [
            .. since == default ? Array.Empty<string>() : ["--since", since.ToString("O", CultureInfo.InvariantCulture)],
            .. until == default ? Array.Empty<string>() : ["--until", until.ToString("O", CultureInfo.InvariantCulture)],
            .. timestampsEnabled ? ["--timestamps"] : Array.Empty<string>(),
        ];
        DockerCli.Output output = await DockerCli.TryAsync(["logs", .. window, Id], ct);
        return (output.Stdout, output.Stderr);
    }

    /// <inheritdoc />
    public async Task<long> GetExitCodeAsync(CancellationToken ct = default) =>
        long.Parse(await DockerCli.RunAsync(["wait", Id], ct), CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_id is not null)
        {
            await DockerCli.TryAsync(["rm", "--force", "--volumes", _id]);
        }

        _oneStart.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for more than the wait strategy does; nothing by default.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="ct">Ends the wait at once.</param>
    protected virtual Task WaitUntilServingAsync(TimeSpan timeout, CancellationToken ct) => Task.CompletedTask;

    private async Task CreateAsync(CancellationToken ct)
    {
        await Owner.PrepareAsync(ct);
        foreach (var network in configuration.Networks)
        {
            await network.CreateAsync(ct);
        }

        // A free port may be taken by somebody else before the engine takes it: then with others.
        for (int attempt = 1; ; attempt++)
        {
            var ports = configuration.Ports.ToImmutableDictionary(p => p.Key, p => p.Value ?? FreePort.Take());
            DockerCli.Output run = await RunAsync(ports, ct);
            if (run.ExitCode == 0)
            {
                _id = run.Stdout.Trim();
                _ports = ports;
                return;
            }

            await DockerCli.TryAsync(["rm", "--force", "--volumes", Name], ct);
            bool portTaken = run.Stderr.Contains("address already in use", StringComparison.Ordinal)
                || run.Stderr.Contains("port is already allocated", StringComparison.Ordinal);
            if (!portTaken || attempt == 5 || !configuration.Ports.ContainsValue(null))
            {
                throw new InvalidOperationException(
                    $"The container {Name} of {Image} does not start: {run.Stderr.Trim()} "
                    + "(If its image is missing: ./test gets the images that tests need.)");
            }
        }
    }

    /// <summary>In three steps: not every engine takes several networks at once.</summary>
    private async Task<DockerCli.Output> RunAsync(ImmutableDictionary<int, int> ports, CancellationToken ct)
    {
        DockerCli.Output output = await DockerCli.TryAsync(CreateArguments(ports), ct);
        foreach (var network in configuration.Networks.Skip(1))
        {
            if (output.ExitCode == 0)
            {
                var connected = await DockerCli.TryAsync(["network", "connect", .. Aliases("--alias"), network.Name, Name], ct);
                output = output with { ExitCode = connected.ExitCode, Stderr = connected.Stderr };
            }
        }

        if (output.ExitCode == 0)
        {
            var started = await DockerCli.TryAsync(["start", Name], ct);
            output = output with { ExitCode = started.ExitCode, Stderr = started.Stderr };
        }

        return output;
    }

    private IEnumerable<string> CreateArguments(ImmutableDictionary<int, int> ports) =>
    [
        "create", "--name", Name, .. Owner.Labels,
        .. configuration.Environment.SelectMany(e => new[] { "--env", $"{e.Key}={e.Value}" }),
        .. ports.SelectMany(p => new[] { "--publish", $"127.0.0.1:{p.Value}:{p.Key}" }),
        .. configuration.Mounts.SelectMany(m => new[] { "--volume", m }),
        .. configuration.IsRestartedOnFailure ? ["--restart", "on-failure"] : Array.Empty<string>(),
        .. configuration.Networks.Take(1).SelectMany(n => new[] { "--network", n.Name }),
        .. Aliases("--network-alias"),
        .. configuration.Entrypoint is [var program, ..] ? ["--entrypoint", program] : Array.Empty<string>(),
        Image,
        .. configuration.Entrypoint.Skip(1),
        .. configuration.Command,
    ];

    private IEnumerable<string> Aliases(string option) => configuration.NetworkAliases.SelectMany(a => new[] { option, a });

    private async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task waiting = WaitForAllAsync(ended.Token);
        Task<string> exiting = DockerCli.RunAsync(["wait", Id], ended.Token);
        Task first = await Task.WhenAny(waiting, exiting);
        bool needsNothing = waiting.IsCompletedSuccessfully;
        await ended.CancelAsync();
        if (first == exiting && exiting.IsCompletedSuccessfully && !needsNothing)
        {
            throw new InvalidOperationException(
                $"The container {Name} of {Image} ended by itself with exit code {await exiting}.{await LastLinesAsync()}");
        }

        try
        {
            await waiting;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The container {Name} of {Image} is not ready. {e.Message}{await LastLinesAsync()}", e);
        }
    }

    private async Task WaitForAllAsync(CancellationToken ct)
    {
        foreach (Wait.Condition condition in ((Wait.Conditions)configuration.WaitStrategy).All)
        {
            await Poll.UntilAsync(condition.What, token => condition.HoldsAsync(this, token), ReadyTimeout, ct: ct);
        }

        await WaitUntilServingAsync(ReadyTimeout, ct);
    }

    private async Task<string> LastLinesAsync()
    {
        DockerCli.Output logs = await DockerCli.TryAsync(["logs", "--tail", "30", Id]);
        return $"{Environment.NewLine}The end of its log:{Environment.NewLine}{logs.Stdout}{logs.Stderr}";
    }
}
