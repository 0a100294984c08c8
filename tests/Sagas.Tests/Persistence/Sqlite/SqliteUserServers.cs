using MassTransit;
using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.Tests.Persistence.Sqlite;

/// <summary>A SQLite file and the in-memory transport.</summary>
public sealed class SqliteUserServers : IUserServers
{
    private readonly SqliteTestDatabase _database = new();

    public string ConnectionString => _database.ConnectionString;

    public string Prefix => "shop-";

    public static Task<IUserServers> CreateAsync()
    {
        return Task.FromResult<IUserServers>(new SqliteUserServers());
    }

    public void AddTransport(
        IBusRegistrationConfigurator bus,
        Action<IBusRegistrationContext, IBusFactoryConfigurator> configure)
    {
        bus.UsingInMemory((context, transport) =>
        {
            configure(context, transport);
            transport.ConfigureEndpoints(context);
        });
    }

    public ValueTask DisposeAsync()
    {
        return _database.DisposeAsync();
    }
}
