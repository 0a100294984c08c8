using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>What a test of user code runs on: an empty database, and a transport that no other test uses.</summary>
public interface IUserServers : IAsyncDisposable
{
    string ConnectionString { get; }

    /// <summary>What the names of queues and exchanges begin with.</summary>
    string Prefix { get; }

    /// <summary>Adds the transport, configures it, and then the endpoints of everything that is registered.</summary>
    void AddTransport(
        IBusRegistrationConfigurator bus,
        Action<IBusRegistrationContext, IBusFactoryConfigurator> configure);
}
