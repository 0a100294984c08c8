using MassTransit;

namespace Sagas.Tests.Persistence.Contract.UserCode;

/// <summary>
/// Ordinary MassTransit code on this project's repository and outbox, whatever the database and transport.
/// </summary>
public abstract class UserCodeContract
{
    public static TheoryData<ConcurrencyMode, bool> Modes => SagaRepositoryContract.Modes;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<IUserServers> CreateServersAsync();

    /// <summary>Runs a test with servers of its own.</summary>
    protected async Task RunAsync(UserProgram program, Func<UserHost, Task> test)
    {
        await using var servers = await CreateServersAsync();
        await using var host = await UserHost.StartAsync(servers, program);
        await test(host);
    }
}
