using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sagas.Tests.Participants.Contract;

namespace Sagas.IntegrationTests.Participants;

/// <summary>The participant's contract on PostgreSQL and RabbitMQ.</summary>
public sealed class PostgresStepParticipantTests(ParticipantServers servers)
    : StepParticipantContract, IClassFixture<ParticipantServers>
{
    protected override Task<ParticipantHost> StartAsync(Action<IServiceCollection>? configure = null)
    {
        return StartAsync(servers, configure);
    }

    internal static Task<ParticipantHost> StartAsync(
        ParticipantServers servers, Action<IServiceCollection>? configure = null)
    {
        var database = new NpgsqlConnectionStringBuilder(servers.Database.GetConnectionString())
        {
            Database = $"participant_{Guid.NewGuid():N}",
        };
        return ParticipantHost.StartAsync(
            options => options.UseNpgsql(database.ConnectionString),
            (bus, endpoints) => bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(servers.Broker.GetConnectionString()));
                endpoints(context, rabbit);
            }),
            configure);
    }
}
