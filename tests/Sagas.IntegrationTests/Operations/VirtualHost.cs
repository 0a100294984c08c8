using System.Text;
using RabbitMQ.Client;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Operations;

/// <summary>A virtual host of its own on a broker that tests share.</summary>
internal sealed class VirtualHost(RabbitMqContainer server) : IAsyncDisposable
{
    private const string Password = "secret";

    private readonly string _name = $"v{Guid.NewGuid():n}";
    private readonly List<IConnection> _connections = [];

    public string Name => _name;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<VirtualHost> CreateAsync(RabbitMqContainer server)
    {
        var host = new VirtualHost(server);
        await host.ExecuteAsync("add_vhost", host._name);
        await host.ExecuteAsync(
            "set_permissions", "-p", host._name, new UriBuilder(server.GetConnectionString()).UserName, ".*", ".*", ".*");
        return host;
    }

    /// <summary>The address for a user of it, by default the server's own, who may do everything.</summary>
    public string Address(string? user = null)
    {
        var address = new UriBuilder(server.GetConnectionString()) { Path = _name };
        if (user is not null)
        {
            (address.UserName, address.Password) = (UserOf(user), Password);
        }

        return address.Uri.ToString();
    }

    public async Task AddUserAsync(string user, string configure, string write, string read)
    {
        await ExecuteAsync("add_user", UserOf(user), Password);
        await ExecuteAsync("set_permissions", "-p", _name, UserOf(user), configure, write, read);
    }

    /// <summary>Gives a user another password, or the one of its address again, and closes its connections.</summary>
    public async Task RotateAsync(string user, string password = Password)
    {
        await ExecuteAsync("change_password", UserOf(user), password);
        await ExecuteAsync("close_all_user_connections", UserOf(user), "the password was rotated");
    }

    public async Task<IChannel> OpenAsync()
    {
        var connection = await new ConnectionFactory { Uri = new Uri(Address()) }.CreateConnectionAsync(Ct);
        _connections.Add(connection);
        return await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Ct);
    }

    public static Task StartSagaAsync(IChannel channel) =>
        SendAsync(channel, $$"""{"sagaName":"order","input":{},"idempotencyKey":"{{Guid.NewGuid()}}"}""", "StartSaga");

    public static Task SendAsync(IChannel channel, string body, string? type) => channel.BasicPublishAsync(
        "sagas",
        "",
        mandatory: true,
        new BasicProperties { ContentType = "application/json", Type = type, Persistent = true },
        Encoding.UTF8.GetBytes(body),
        Ct).AsTask();

    /// <summary>Names of exchanges, or sources and destinations of bindings.</summary>
    public async Task<string[]> ListAsync(string what)
    {
        var result = await server.ExecAsync(["rabbitmqctl", "-q", $"list_{what}", "-p", _name, "--no-table-headers"], Ct);
        result.ExitCode.ShouldBe(0L, result.Stderr);
        return result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Runs rabbitmqctl.</summary>
    public async Task ExecuteAsync(params string[] arguments)
    {
        var result = await server.ExecAsync(["rabbitmqctl", .. arguments], Ct);
        result.ExitCode.ShouldBe(0L, result.Stderr);
    }

    private string UserOf(string user) => $"{user}-{_name}";
}
