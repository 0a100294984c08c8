using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;
using Sagas.Orchestration.Telemetry;

namespace Sagas.Dashboard.Access;

/// <summary>Warns at every start of what is allowed, but better not so.</summary>
internal sealed class AccessNotice(IOptions<ApiOptions> options, ILogger<AccessNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var open = options.Value.Enabled
            ? ListenAddresses.Of(options.Value)
                .Select(x => ListenAddresses.Parse(x)!)
                .Where(ListenAddresses.IsOpen)
                .ToArray()
            : [];
        if (open.Length > 0 && !options.Value.DemandsCredentials)
        {
            logger.ApiIsOpen(
                string.Join(", ", open.Select(x => x.ToString())),
                $"{ApiOptions.Section}:{nameof(ApiOptions.AllowAnonymous)}");
        }
        else if (open.Where(x => x.Scheme == "http").Select(x => x.ToString()).ToArray() is { Length: > 0 } plain)
        {
            logger.ApiIsPlain(string.Join(", ", plain));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
