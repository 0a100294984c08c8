namespace Sagas.Worker.CommandLine.Commands;

/// <summary>
/// Ends the process when its stop takes as long as it may: a server that is frozen, or a delivery that waits, holds up the
/// host's own end. What is in hand then is delivered again.
/// </summary>
internal sealed class StopDeadline : IDisposable
{
    // For the process to end in.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _isOver;

    /// <summary>Begins to wait for the stop.</summary>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="stopping">Is cancelled when it begins.</param>
    public StopDeadline(TimeSpan timeout, CancellationToken stopping) =>
        _registration = stopping.Register(() => Arm(timeout - Margin));

    /// <summary>The stop came to its end by itself.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        lock (_lock)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void Arm(TimeSpan after)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _timer = new Timer(_ => End(), null, after, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }
        }

        // Without a word: nothing is wrong, and a log in JSON takes no other lines.
        Environment.Exit(Environment.ExitCode);
    }
}
