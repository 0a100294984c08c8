using System.Collections;
using System.Text;
using MassTransit;

namespace Sagas.Persistence.Delivery.Moving;

/// <summary>
/// The headers of an AMQP message, which go out in one frame with its properties. A frame over the limit that client
/// and broker agreed on closes the whole connection.
/// </summary>
internal static class HeaderTable
{
    /// <summary>The header that says what was cut.</summary>
    public const string CutHeader = "sagas-headers-cut";

    private const int DeepestTable = 16;

    /// <summary>What says why the message was moved, and by whom. It is kept before anything of the sender's.</summary>
    private static readonly HashSet<string> Reasons = new(StringComparer.OrdinalIgnoreCase)
    {
        MessageHeaders.Reason,
        MessageHeaders.FaultExceptionType,
        MessageHeaders.FaultMessage,
        MessageHeaders.FaultTimestamp,
        MessageHeaders.FaultConsumerType,
        MessageHeaders.FaultMessageType,
        MessageHeaders.FaultRetryCount,
        MessageHeaders.FaultStackTrace,
        MessageHeaders.Host.MachineName,
        MessageHeaders.Host.ProcessName,
        MessageHeaders.Host.ProcessId,
        MessageHeaders.Host.Assembly,
        MessageHeaders.Host.AssemblyVersion,
        MessageHeaders.Host.MassTransitVersion,
        MessageHeaders.Host.FrameworkVersion,
        MessageHeaders.Host.OperatingSystemVersion,
    };

    /// <summary>
    /// Keeps what fits: first the reason, of which each text has an eighth of the room at most, then the smallest
    /// headers of the sender's.
    /// </summary>
    /// <param name="headers">The headers.</param>
    /// <param name="room">How many bytes they may have.</param>
    /// <param name="cut">What was cut; <see langword="null"/> if everything fits.</param>
    /// <returns>The headers that fit, with <see cref="CutHeader"/> if not all did.</returns>
    public static IDictionary<string, object?> Fit(
        IDictionary<string, object?> headers, int room, out CutHeaders? cut)
    {
        cut = null;
        if (headers.Sum(SizeOf) <= room)
        {
            return headers;
        }

        var kept = new Dictionary<string, object?>();
        var (left, bytes, names) = ((long)room - CutHeaders.MaxBytes, 0L, new List<string>());
        foreach (var header in headers.OrderBy(x => Reasons.Contains(x.Key) ? 0 : 1).ThenBy(SizeOf))
        {
            var value = Reasons.Contains(header.Key) ? Shorten(header.Value, room / 8) : header.Value;
            var size = SizeOf(KeyValuePair.Create(header.Key, value));
            if (size <= left)
            {
                kept[header.Key] = value;
                left -= size;
                if (ReferenceEquals(value, header.Value))
                {
                    continue;
                }
            }

            names.Add(header.Key);
            bytes += SizeOf(header) - (kept.ContainsKey(header.Key) ? size : 0);
        }

        cut = new CutHeaders(names, bytes);
        kept[CutHeader] = cut.ToString();
        return kept;
    }

    /// <summary>How many bytes a header takes, at most.</summary>
    public static long SizeOf(KeyValuePair<string, object?> header) =>
        1 + Encoding.UTF8.GetByteCount(header.Key) + SizeOf(header.Value, DeepestTable);

    private static long SizeOf(object? value, int levels) => value switch
    {
        null => 1,
        string text => 5 + Encoding.UTF8.GetByteCount(text),
        byte[] bytes => 5 + bytes.Length,
        _ when levels == 0 => int.MaxValue,
        IDictionary<string, object?> table => 5 + table.Sum(
            x => 1 + Encoding.UTF8.GetByteCount(x.Key) + SizeOf(x.Value, levels - 1)),
        IDictionary table => 5 + table.Cast<DictionaryEntry>().Sum(
            x => SizeOf(x.Key, levels - 1) + SizeOf(x.Value, levels - 1)),
        IEnumerable list => 5 + list.Cast<object?>().Sum(x => SizeOf(x, levels - 1)),

        // The longest of what has a size of its own: a decimal, a date as text.
        _ => 40,
    };

    private static object? Shorten(object? value, int most)
    {
        if (value is byte[] bytes)
        {
            return bytes.Length <= most ? value : Shorten(Encoding.UTF8.GetString(bytes), most);
        }

        if (value is not string text || Encoding.UTF8.GetByteCount(text) <= most)
        {
            return value;
        }

        // Of any text each character has 3 bytes at most, and a pair 4.
        var length = Math.Min(text.Length, most / 3) - 1;
        return $"{text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]}…";
    }
}
