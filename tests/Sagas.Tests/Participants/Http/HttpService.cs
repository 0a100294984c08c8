using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sagas.Tests.Participants.Http;

/// <summary>A service that a test scripts, behind a real HTTP server of this process.</summary>
internal sealed class HttpService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpService(WebApplication app) => _app = app;

    /// <summary>Every request that came, in order.</summary>
    public ConcurrentQueue<HttpServiceRequest> Requests { get; } = new();

    /// <summary>How a request is answered. The default is 200 with <c>{}</c>.</summary>
    public Func<HttpServiceRequest, HttpContext, Task> Answer { get; set; } =
        (_, context) => context.Response.WriteAsJsonAsync(new { });

    public Uri Url { get; private set; } = null!;

    /// <summary>As <c>Sagas:Http:AllowedHosts</c> names it.</summary>
    public string Host => $"{Url.Host}:{Url.Port}";

    /// <param name="ct">Ends the start.</param>
    /// <param name="address">Host and port to listen on.</param>
    /// <param name="answer">How requests are answered from the first one on, if not by the default.</param>
    public static async Task<HttpService> StartAsync(
        CancellationToken ct, string address = "127.0.0.1:0", Func<HttpServiceRequest, HttpContext, Task>? answer = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{address}");
        builder.Services.AddLogging(x => x.ClearProviders());
        var app = builder.Build();
        var service = new HttpService(app);
        service.Answer = answer ?? service.Answer;
        app.Run(service.HandleAsync);
        await app.StartAsync(ct);
        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        service.Url = new Uri(bound.Addresses.Single());
        return service;
    }

    public static Task JsonAsync(HttpContext context, int status, string json, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task StatusAsync(HttpContext context, int status, string? location = null, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (location is not null)
        {
            context.Response.Headers.Location = location;
        }

        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    }

    /// <summary>Breaks the connection.</summary>
    public static Task AbortAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>Never answers; ends when the caller hangs up.</summary>
    public static Task HangAsync(HttpContext context)
    {
        var end = new TaskCompletionSource();
        context.RequestAborted.Register(() => end.TrySetResult());
        return end.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new HttpServiceRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(x => x.Key, x => x.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted),
            DateTimeOffset.UtcNow);
        Requests.Enqueue(request);
        await Answer(request, context);
    }
}
