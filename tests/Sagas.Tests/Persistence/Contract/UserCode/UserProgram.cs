using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>The program of somebody who uses MassTransit, but for its servers.</summary>
public sealed record UserProgram
{
    /// <summary>The consumers and sagas.</summary>
    public required Action<IBusRegistrationConfigurator> Bus { get; init; }

    /// <summary>Whether every endpoint has the outbox.</summary>
    public bool UsesOutbox { get; init; } = true;

    public Action<IEntityFrameworkOutboxConfigurator>? Outbox { get; init; }

    /// <summary>What every endpoint has before the outbox, such as retries.</summary>
    public Action<IRegistrationContext, IReceiveEndpointConfigurator>? Endpoint { get; init; }

    /// <summary>What the bus has, such as filters.</summary>
    public Action<IBusRegistrationContext, IBusFactoryConfigurator>? Transport { get; init; }

    public Action<IServiceCollection>? Services { get; init; }

    public Action<DbContextOptionsBuilder>? Database { get; init; }
}
