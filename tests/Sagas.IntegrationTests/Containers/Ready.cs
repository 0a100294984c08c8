using Npgsql;
using RabbitMQ.Client;

namespace Sagas.IntegrationTests.Containers;

/// <summary>Waits until a server really serves: by logging in to it, not by looking at its port or its log.</summary>
public static class Ready
{
    /// <summary>Waits until PostgreSQL answers a query.</summary>
    /// <param name="connectionString">An Npgsql connection string.</param>
    /// <param name="timeout">How long to wait at most; 60 seconds by default.</param>
    /// <param name="ct">Ends the wait at once.</param>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public static Task PostgreSqlAsync(
        string connectionString, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        string unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 }.ToString();
        return Poll.UntilAsync("PostgreSQL to answer", AnswersAsync, timeout, ct: ct);

        async Task<bool> AnswersAsync(CancellationToken token)
        {
            await using var connection = new NpgsqlConnection(unpooled);
            await connection.OpenAsync(token);
            await using var command = new NpgsqlCommand("select 1", connection);
            return await command.ExecuteScalarAsync(token) is 1;
        }
    }

    /// <summary>Waits until RabbitMQ opens a channel.</summary>
    /// <param name="connectionString">An AMQP address with user and password.</param>
    /// <param name="timeout">How long to wait at most; 90 seconds by default.</param>
    /// <param name="ct">Ends the wait at once.</param>
    /// <exception cref="TimeoutException">It did not open one in time.</exception>
    public static Task RabbitMqAsync(string connectionString, TimeSpan? timeout = null, CancellationToken ct = default)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(connectionString),
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        };
        return Poll.UntilAsync(
            "RabbitMQ to open a channel",
            OpensAsync,
            timeout ?? TimeSpan.FromSeconds(90),
            TimeSpan.FromMilliseconds(200),
            ct);

        async Task<bool> OpensAsync(CancellationToken token)
        {
            await using IConnection connection = await factory.CreateConnectionAsync(token);
            await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
            return channel.IsOpen;
        }
    }
}
