using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Contracts;
using Sagas.Persistence.Outbox;
using Sagas.Tests.Participants.Contract;
using Sagas.Tests.Persistence.Contract;

namespace Sagas.Tests.Participants;

/// <summary>The participant's contract on SQLite and the in-memory transport.</summary>
public sealed class StepParticipantTests : StepParticipantContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-participants-").FullName;

    [Proves("participant-dies-before-reply")]
    [Fact]
    public async Task Execute_CommittedButNotSent_IsAnsweredByTheDispatcher()
    {
        var saga = Guid.NewGuid();
        await using var host = await StartAsync(services =>
            services.Replace(ServiceDescriptor.Singleton<IDirectSender, NoSender>()));

        (await host.AskAsync(StepDirection.Execute, saga)).ShouldBeOfType<StepSucceeded>();

        (await host.WorkOfAsync(saga)).Count.ShouldBe(1);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ParticipantHost> StartAsync(Action<IServiceCollection>? configure = null)
    {
        return StartAsync(_folder, configure);
    }

    internal static Task<ParticipantHost> StartAsync(string folder, Action<IServiceCollection>? configure = null)
    {
        return ParticipantHost.StartAsync(
            options => options.UseSqlite($"Data Source={Path.Combine(folder, "work.db")};Pooling=False"),
            (bus, endpoints) => bus.UsingInMemory((context, factory) => endpoints(context, factory)),
            configure);
    }
}
