using Sagas.Tests.Participants.Contract;

namespace Sagas.IntegrationTests.Participants;

/// <summary>Effects outside of the participant's database, on PostgreSQL and RabbitMQ.</summary>
public sealed class PostgresOutsideEffectTests(ParticipantServers servers)
    : OutsideEffectContract, IClassFixture<ParticipantServers>
{
    protected override Task<ParticipantHost> StartAsync()
    {
        return PostgresStepParticipantTests.StartAsync(servers);
    }
}
