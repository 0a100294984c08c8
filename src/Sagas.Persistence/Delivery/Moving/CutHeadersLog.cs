using Microsoft.Extensions.Logging;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Delivery.Moving;

/// <summary>Logs what was cut, one line in ten seconds at most.</summary>
internal sealed partial class CutHeadersLog([SagaClock] TimeProvider clock, ILogger<CutHeadersLog> logger)
{
    /// <summary>The time from one line to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly OnceInAWhile _lines = new(clock, Pause);

    public void Write(string destination, CutHeaders cut)
    {
        if (_lines.Take() is { } count)
        {
            Cut(logger, count, destination, cut.ToString());
        }
    }

    [LoggerMessage(1301, LogLevel.Warning,
        "{Count} messages since the last such line were moved without the headers that do not fit into a frame of the "
        + "broker's. The last one, to {Destination}, lost {Cut}")]
    private static partial void Cut(ILogger logger, long count, string destination, string cut);
}
