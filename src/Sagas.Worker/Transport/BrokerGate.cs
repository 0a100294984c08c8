using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Worker.Definitions;
using Sagas.Worker.Telemetry;

namespace Sagas.Worker.Transport;

/// <summary>
/// Holds the start back until RabbitMQ answers, with one log line for the whole wait, and declares the participants'
/// queues.
/// </summary>
internal sealed class BrokerGate(
    BrokerConnectionString broker, SagaDefinitionCatalog definitions, TimeProvider clock, ILogger<BrokerGate> logger)
    : IHostedService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await BrokerTopology.DeclareAsync(connection, definitions.Queues, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var factory = broker.CreateFactory();
        factory.AutomaticRecoveryEnabled = false;
        var pause = FirstPause;
        var (isWaiting, isRefused) = (false, false);
        while (true)
        {
            try
            {
                var connection = await factory.CreateConnectionAsync("sagas: start", cancellationToken);
                if (isWaiting || isRefused)
                {
                    logger.BrokerAnswers(broker.ToString());
                }

                return connection;
            }
            catch (BrokerUnreachableException exception)
                when (exception.InnerException is AuthenticationFailureException)
            {
                if (!isRefused)
                {
                    logger.BrokerRefusesCredentials(broker.ToString(), broker.User);
                    isRefused = true;
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (broker.Tls?.Refusal is { } refusal)
                {
                    if (!isRefused)
                    {
                        logger.BrokerNotTrusted(broker.ToString(), refusal);
                        isRefused = true;
                    }
                }
                else if (!isWaiting)
                {
                    logger.WaitingForBroker(broker.ToString(), (exception.InnerException ?? exception).Message);
                    isWaiting = true;
                }
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
