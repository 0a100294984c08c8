namespace DotNet.Testcontainers.Containers;

/// <summary>A container, in the shape Testcontainers gives it.</summary>
public interface IContainer : IAsyncDisposable
{
    /// <summary>The id that the engine gave it.</summary>
    /// <exception cref="InvalidOperationException">It was never started.</exception>
    string Id { get; }

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>The image it runs.</summary>
    string Image { get; }

    /// <summary>The host on which its published ports are.</summary>
    string Hostname { get; }

    /// <summary>The port of <see cref="Hostname"/> on which a port of the container is published.</summary>
    /// <exception cref="InvalidOperationException">The port is not published.</exception>
    ushort GetMappedPublicPort(int containerPort);

    /// <summary>Creates it if need be, starts it, and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">No engine answers, or the container ended by itself.</exception>
    /// <exception cref="TimeoutException">It was not ready in time; the message has the end of its log.</exception>
    Task StartAsync(CancellationToken ct = default);

    /// <summary>Stops it in good order (<c>docker stop</c>).</summary>
    Task StopAsync(CancellationToken ct = default);

    /// <summary>Runs a command in it.</summary>
    Task<ExecResult> ExecAsync(IList<string> command, CancellationToken ct = default);

    /// <summary>Everything it has written so far.</summary>
    Task<(string Stdout, string Stderr)> GetLogsAsync(
        DateTime since = default, DateTime until = default, bool timestampsEnabled = true, CancellationToken ct = default);

    /// <summary>The exit code of its main process, once that ended.</summary>
    Task<long> GetExitCodeAsync(CancellationToken ct = default);
}
