using System.Diagnostics;
using System.Text.Json;

namespace Sagas.Worker.Demo;

/// <summary>
/// A worker in a process of its own, started from this very program. It takes sagas to start from its standard input
/// and stops when that ends, which it also does when this process dies.
/// </summary>
internal sealed class DemoWorker : IAsyncDisposable
{
    private const int LinesOfLogShown = 15;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    private readonly Process _process;
    private readonly Task _log;
    private readonly string _logFile;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DemoWorker(int number, Process process, string logFile)
    {
        Number = number;
        _process = process;
        _logFile = logFile;
        _log = CopyLogAsync();
    }

    public int Number { get; }

    public int ProcessId => _process.Id;

    public static DemoWorker Start(int number, DemoFiles files)
    {
        var start = CreateStartInfo(files);
        var process = Process.Start(start) ?? throw new DemoException($"{start.FileName} could not be started.");
        return new DemoWorker(number, process, files.LogOf(number));
    }

    /// <summary>Waits until the worker handles sagas.</summary>
    /// <exception cref="DemoException">It ended instead.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(cancellationToken)).WaitAsync(cancellationToken);
        await ThrowIfEndedAsync();
    }

    /// <summary>Has the worker send a request to start a saga.</summary>
    /// <exception cref="DemoException">It ended by itself.</exception>
    public async Task StartSagaAsync(DemoScenario scenario, CancellationToken cancellationToken)
    {
        var request = new DemoStartRequest(scenario.SagaId, scenario.SagaName, JsonElement.Parse(scenario.Input));
        try
        {
            var line = JsonSerializer.Serialize(request);
            await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // Nobody reads at the other end.
            await _process.WaitForExitAsync(cancellationToken);
            await ThrowIfEndedAsync();
        }
    }

    /// <summary>Passes if the process runs.</summary>
    /// <exception cref="DemoException">It ended by itself; the message has the end of its log.</exception>
    public async Task ThrowIfEndedAsync()
    {
        if (!_process.HasExited)
        {
            return;
        }

        await _log;
        var lines = await File.ReadAllLinesAsync(_logFile);
        throw new DemoException(
            $"Worker {Number} ended by itself with exit code {_process.ExitCode}. The end of its log, {_logFile}:\n" +
            string.Join('\n', lines.Where(line => !line.StartsWith("   at ", StringComparison.Ordinal))
                .TakeLast(LinesOfLogShown)));
    }

    /// <summary>Kills the process: SIGKILL, so that nothing in it gets to say goodbye.</summary>
    /// <returns>Its exit code: 137 on Linux, that is 128 and the number of the signal.</returns>
    public async Task<int> KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Stops the process in peace, and kills it if it does not take the hint.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _log;
        _process.Dispose();
    }

    private static ProcessStartInfo CreateStartInfo(DemoFiles files)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            WorkingDirectory = files.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Started as "dotnet Sagas.Worker.dll", this process is the runtime, and the program is its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(DemoWorker).Assembly.Location);
        }

        start.ArgumentList.Add(DemoCommand.Name);
        start.ArgumentList.Add(DemoCommand.HostName);
        start.ArgumentList.Add("--folder");
        start.ArgumentList.Add(files.Folder);
        foreach (var setting in start.Environment.Keys.Where(IsSetting).ToArray())
        {
            start.Environment.Remove(setting);
        }

        // A process that lives for seconds spends them better than on measuring itself.
        start.Environment["DOTNET_TieredPGO"] = "0";

        // What the runtime offers debuggers are files, which a process that is killed leaves behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";

        return start;
    }

    /// <summary>
    /// Whether a variable configures a worker: one that is meant for a real worker must not reach the demo's.
    /// </summary>
    private static bool IsSetting(string variable) =>
        variable.StartsWith("Sagas__", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase);

    private async Task CopyLogAsync()
    {
        await using var log = File.CreateText(_logFile);
        var gate = new SemaphoreSlim(1);
        await Task.WhenAll(CopyAsync(_process.StandardOutput), CopyAsync(_process.StandardError));

        async Task CopyAsync(StreamReader output)
        {
            while (await output.ReadLineAsync() is { } line)
            {
                if (line == DemoHost.Ready)
                {
                    _ready.TrySetResult();
                    continue;
                }

                await gate.WaitAsync();
                await log.WriteLineAsync(line);
                gate.Release();
            }
        }
    }
}
