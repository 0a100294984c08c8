using Microsoft.Extensions.Logging;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.Undecided;

/// <summary>
/// Logs that sagas are undecided: a reason once a minute, however many sagas have it and however often they are looked
/// at, and so many reasons at most.
/// </summary>
internal sealed class UndecidedLog([SagaClock] TimeProvider clock, ILogger<UndecidedLog> logger)
{
    internal const int ReasonsAWindow = 20;

    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private long? _since;

    public void Write(Guid sagaId, int attempts, TimeSpan pause, string reason)
    {
        lock (_lock)
        {
            if (_since is not { } since || clock.GetElapsedTime(since) >= Window)
            {
                _written.Clear();
                _since = clock.GetTimestamp();
            }

            if (_written.Count == ReasonsAWindow || !_written.Add(reason))
            {
                return;
            }
        }

        logger.SagaUndecided(sagaId, attempts, pause, reason);
    }
}
