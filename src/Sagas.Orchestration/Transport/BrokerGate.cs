using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts.Text;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Topology;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// Holds the start back until RabbitMQ answers, with one log line for the whole wait, and declares what the worker and
/// the participants need there. What the broker refuses the worker for good ends the start.
/// </summary>
internal sealed class BrokerGate(
    BrokerConnectionString broker, ParticipantQueues participants,
    [SagaClock] TimeProvider clock, ILogger<BrokerGate> logger)
    : IHostedService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // One for each of the two queues, and one for each way of sending.
    private const int FewestChannels = 4;

    private bool _isInterrupted;

    /// <exception cref="BrokerRefusedException">
    /// An object of the worker's own is there as another kind, its user lacks a right, or too few channels are allowed.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (!await DeclareAsync(cancellationToken))
        {
            await Task.Delay(LongestPause, clock, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>Whether it is done; otherwise the broker was gone meanwhile, or is still starting.</returns>
    private async Task<bool> DeclareAsync(CancellationToken stop)
    {
        await using var connection = await ConnectAsync(stop);
        try
        {
            RequireChannels(connection);
            using var declarations = new Declarations(connection);
            await BrokerTopology.DeclareOwnAsync(declarations, broker, stop);
            await participants.DeclareAsync(declarations, stop);
            return true;
        }
        catch (Exception exception) when (exception is not BrokerRefusedException && !stop.IsCancellationRequested)
        {
            if (!_isInterrupted)
            {
                logger.WaitingForBroker(broker.ToString(), Printable.Of(exception.Message));
                _isInterrupted = true;
            }

            return false;
        }
    }

    /// <summary>With fewer channels the bus does not start, and does not say why.</summary>
    private void RequireChannels(IConnection connection)
    {
        if (connection.ChannelMax is > 0 and < FewestChannels)
        {
            throw new BrokerRefusedException(
                $"The worker cannot start: RabbitMQ ({broker}) allows {connection.ChannelMax} channels a connection, and the worker "
                + $"needs at least {FewestChannels}. Set channel_max at the broker to 2047, as it is by default.");
        }
    }

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
