using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>Writes server-sent events, each within its time.</summary>
internal sealed class FeedWriter(HttpContext context, TimeSpan timeout, TimeProvider clock)
{
    private static readonly byte[] Nothing = ": nothing new\n\n"u8.ToArray();

    private long _lastSent = clock.GetTimestamp();

    /// <summary>How long nothing has been sent.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(_lastSent);

    public Task OpenAsync()
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";

        // A proxy that collects what it passes on would hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return SendAsync(Nothing);
    }

    /// <summary>Says that the feed is alive.</summary>
    public Task SendNothingAsync() => SendAsync(Nothing);

    /// <param name="name">The event.</param>
    /// <param name="place">Where a listener that comes back goes on.</param>
    /// <param name="data">What it says.</param>
    public Task SendAsync(string name, DateTime place, object data) => SendAsync(
        [
            .. System.Text.Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"event: {name}\nid: {place.Ticks}\ndata: ")),
            .. JsonSerializer.SerializeToUtf8Bytes(data, ApiJson.Options),
            .. "\n\n"u8,
        ]);

    /// <exception cref="TimeoutException">The listener does not take it.</exception>
    private async Task SendAsync(byte[] message)
    {
        await context.Response.Body.WriteAsync(message, context.RequestAborted).AsTask()
            .WaitAsync(timeout, clock, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted)
            .WaitAsync(timeout, clock, context.RequestAborted);
        _lastSent = clock.GetTimestamp();
    }
}
