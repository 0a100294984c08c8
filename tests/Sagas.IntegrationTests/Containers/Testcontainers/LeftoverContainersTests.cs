using System.Diagnostics;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers;

public sealed class LeftoverContainersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Remove_OwnersEndedAndAlive_RemovesOnlyWhatTheEndedOneLeft()
    {
        using var ended = Process.Start("sleep", "60");
        string endedOwner = $"{Environment.MachineName}/{ended.Id}/{Owner.StartOf(ended)}";
        await Owner.PrepareAsync(Ct);
        string left = $"sagas-left-{Guid.NewGuid():n}"[..20];
        string used = $"sagas-used-{Guid.NewGuid():n}"[..20];
        string[] leftLabels = ["--label", Owner.ProjectLabel, "--label", $"{Owner.OwnerLabel}={endedOwner}"];
        await CreateAsync(left, leftLabels);
        await CreateAsync(used, Owner.Labels);
        try
        {
            ended.Kill();
            await ended.WaitForExitAsync(Ct);

            await LeftoverContainers.RemoveAsync(Ct);

            (await ExistAsync(left)).ShouldBe((false, false));
            (await ExistAsync(used)).ShouldBe((true, true));
        }
        finally
        {
            await DockerCli.TryAsync(["rm", "--force", left, used], CancellationToken.None);
            await DockerCli.TryAsync(["network", "rm", left, used], CancellationToken.None);
        }
    }

    private static async Task CreateAsync(string name, string[] labels)
    {
        await DockerCli.RunAsync(["network", "create", .. labels, name], Ct);
        await DockerCli.RunAsync(
            ["run", "--detach", .. labels, "--name", name, "--network", name, "--entrypoint", "sleep",
                Servers.PostgreSqlImage, "infinity"],
            Ct);
    }

    private static async Task<(bool Container, bool Network)> ExistAsync(string name) => (
        (await DockerCli.TryAsync(["container", "inspect", name], Ct)).ExitCode == 0,
        (await DockerCli.TryAsync(["network", "inspect", name], Ct)).ExitCode == 0);
}
