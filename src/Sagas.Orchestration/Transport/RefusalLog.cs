using System.Globalization;
using Microsoft.Extensions.Logging;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Logs refusals one by one while they are few. Of a flood it logs the first ones of every ten seconds, and then how
/// many more there were of each code: a sender gone wild does not fill the disk, and no refusal goes uncounted.
/// </summary>
internal sealed class RefusalLog([SagaClock] TimeProvider clock, ILogger<Refusals> logger) : IDisposable
{
    /// <summary>How many are logged one by one within <see cref="Window"/>.</summary>
    public const int LinesAWindow = 50;

    /// <summary>The code of a reply of which not even the history tells.</summary>
    public const string UnrecordedReply = "UNRECORDED_REPLY";

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _unwritten = new(StringComparer.Ordinal);
    private ITimer? _end;
    private int _written;

    public void Write(string messageType, string code, string reason)
    {
        lock (_lock)
        {
            _end ??= clock.CreateTimer(_ => EndWindow(), null, Window, Timeout.InfiniteTimeSpan);
            if (_written == LinesAWindow)
            {
                _unwritten[code] = _unwritten.GetValueOrDefault(code) + 1;
                return;
            }

            _written++;
        }

        logger.Refused(messageType, code, Printable.Of(reason));
    }

    /// <summary>Logs what was not logged yet.</summary>
    public void Dispose() => EndWindow();

    private void EndWindow()
    {
        string counts;
        long count;
        lock (_lock)
        {
            count = _unwritten.Values.Sum();
            counts = string.Join(
                ", ", _unwritten.Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Value} {x.Key}")));
            _unwritten.Clear();
            _written = 0;
            _end?.Dispose();
            _end = null;
        }

        if (count > 0)
        {
            logger.RefusedMore(count, Window, counts);
        }
    }
}
