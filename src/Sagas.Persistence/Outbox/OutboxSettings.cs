using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence.Outbox;

/// <summary>The options of one context's outbox.</summary>
internal sealed class OutboxSettings<TDbContext>(IOptionsMonitor<OutboxOptions> options)
    where TDbContext : DbContext
{
    public static string Name => typeof(TDbContext).FullName!;

    public OutboxOptions Options { get; } = options.Get(Name);

    /// <summary>What is to be said against sending a message, if anything.</summary>
    public MessageTooLargeException? ObjectionTo(OutboxMessage row)
    {
        // No character takes more than three bytes of UTF-8: most bodies need not be counted.
        var max = Options.MaxMessageBytes;
        if (row.Body.Length <= max / 3)
        {
            return null;
        }

        var bytes = Encoding.UTF8.GetByteCount(row.Body);
        return bytes <= max ? null : new MessageTooLargeException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The body has {bytes:N0} bytes, and {OutboxOptions.Section}:{nameof(OutboxOptions.MaxMessageBytes)} is {max:N0}: ")
            + "keep inputs and results smaller, or raise that together with the broker's max_message_size.");
    }
}
