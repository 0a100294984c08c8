using System.Runtime.ExceptionServices;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sagas.Persistence.Topology;

/// <summary>
/// Declares exchanges and queues over a channel of its own: what the broker refuses closes that one, and nobody else's. What
/// the user may not configure is used as it is, if it is there; what he may not bind is left as it is.
/// </summary>
internal sealed class Declarations(IConnection connection) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IChannel? _channel;

    /// <returns>Whether it was declared; otherwise it is there.</returns>
    /// <exception cref="OperationInterruptedException">The broker refuses it.</exception>
    public Task<bool> DeclareExchangeAsync(
        string exchange,
        string type,
        bool durable,
        bool autoDelete,
        IDictionary<string, object?>? arguments,
        CancellationToken stop) => DoAsync(
            async channel =>
            {
                await channel.ExchangeDeclareAsync(
                    exchange, type, durable, autoDelete, arguments, cancellationToken: stop);
                return true;
            },
            async channel =>
            {
                await channel.ExchangeDeclarePassiveAsync(exchange, stop);
                return false;
            },
            stop);

    /// <exception cref="OperationInterruptedException">The broker refuses it.</exception>
    public Task<QueueDeclareOk> DeclareQueueAsync(
        string queue,
        bool durable,
        bool exclusive,
        bool autoDelete,
        IDictionary<string, object?>? arguments,
        CancellationToken stop) => DoAsync(
            channel => channel.QueueDeclareAsync(
                queue, durable, exclusive, autoDelete, arguments, cancellationToken: stop),
            channel => channel.QueueDeclarePassiveAsync(queue, stop),
            stop);

    /// <returns>Whether the user may.</returns>
    /// <exception cref="OperationInterruptedException">The broker refuses it for another reason.</exception>
    public Task<bool> BindExchangeAsync(
        string destination,
        string source,
        string routingKey,
        IDictionary<string, object?>? arguments,
        CancellationToken stop) => DoAsync(
            async channel =>
            {
                await channel.ExchangeBindAsync(destination, source, routingKey, arguments, cancellationToken: stop);
                return true;
            },
            _ => Task.FromResult(false),
            stop);

    /// <inheritdoc cref="BindExchangeAsync" />
    public Task<bool> BindQueueAsync(
        string queue,
        string exchange,
        string routingKey,
        IDictionary<string, object?>? arguments,
        CancellationToken stop) => DoAsync(
            async channel =>
            {
                await channel.QueueBindAsync(queue, exchange, routingKey, arguments, cancellationToken: stop);
                return true;
            },
            _ => Task.FromResult(false),
            stop);

    /// <summary>Whether there is such a queue, of whatever kind.</summary>
    public Task<bool> HasQueueAsync(string queue, CancellationToken stop) => HasAsync(
        channel => channel.QueueDeclarePassiveAsync(queue, stop), stop);

    /// <summary>Whether there is such an exchange, of whatever kind.</summary>
    public Task<bool> HasExchangeAsync(string exchange, CancellationToken stop) => HasAsync(
        async channel =>
        {
            await channel.ExchangeDeclarePassiveAsync(exchange, stop);
            return true;
        },
        stop);

    /// <summary>The channel ends with the connection.</summary>
    public void Dispose() => _turn.Dispose();

    private async Task<bool> HasAsync<T>(Func<IChannel, Task<T>> look, CancellationToken stop)
    {
        try
        {
            await DoAsync(look, look, stop);
            return true;
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    private async Task<T> DoAsync<T>(
        Func<IChannel, Task<T>> declare, Func<IChannel, Task<T>> withoutRight, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await OnChannelAsync(declare, stop);
        }
        catch (OperationInterruptedException refusal) when (refusal.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            try
            {
                return await OnChannelAsync(withoutRight, stop);
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                ExceptionDispatchInfo.Throw(refusal);
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<T> OnChannelAsync<T>(Func<IChannel, Task<T>> action, CancellationToken stop)
    {
        var channel = _channel is { IsOpen: true } open
            ? open
            : _channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            return await action(channel);
        }
        catch (Exception)
        {
            // Closed by the broker, or given up in the middle of a question whose answer is still to come.
            _channel = null;
            _ = CloseAsync(channel);
            throw;
        }
    }

    private static async Task CloseAsync(IChannel channel)
    {
        try
        {
            await channel.DisposeAsync();
        }
        catch (Exception)
        {
            // It ends with the connection at the latest.
        }
    }
}
