using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Orchestration.Telemetry.Tracing;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>Puts questions off, durably: each is a row of the outbox that is sent when its time has come.</summary>
internal sealed class HttpStepPolls(IServiceScopeFactory scopes, IOptions<HttpOptions> options)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="poll">The question.</param>
    /// <param name="wait">How long to wait, or <see langword="null"/> for the usual time.</param>
    /// <param name="trace">The trace that it belongs to.</param>
    /// <param name="stop">Stops it.</param>
    public async Task AskLaterAsync(PollHttpStep poll, TimeSpan? wait, ActivityContext trace, CancellationToken stop)
    {
        // A service that says "at once" is not to be asked without a pause.
        var delay = wait is { } wish && wish > TimeSpan.Zero
            ? (wish < Longest ? wish : Longest)
            : options.Value.PollInterval;
        await SendLaterAsync(poll, delay, x => TraceContexts.Put(x, trace), stop);
    }

    /// <summary>Sends a command to the workers' queue for HTTP steps when its time has come.</summary>
    public async Task SendLaterAsync<TCommand>(
        TCommand command, TimeSpan delay, Action<SendContext> configure, CancellationToken stop)
        where TCommand : class, IStepCommand
    {
        await using var scope = scopes.CreateAsyncScope();
        var endpoint = await scope.ServiceProvider.GetRequiredService<ISendEndpointProvider>()
            .GetSendEndpoint(SagaAddresses.HttpSteps);
        await endpoint.Send(
            command,
            x =>
            {
                x.Delay = delay;
                configure(x);
            },
            stop);
        await scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>().SaveChangesAsync(stop);
    }
}
