using Sagas.Tests.Participants.Contract;

namespace Sagas.Tests.Participants;

/// <summary>Effects outside of the participant's database, on SQLite and the in-memory transport.</summary>
public sealed class OutsideEffectTests : OutsideEffectContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-participants-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ParticipantHost> StartAsync()
    {
        return StepParticipantTests.StartAsync(_folder);
    }
}
