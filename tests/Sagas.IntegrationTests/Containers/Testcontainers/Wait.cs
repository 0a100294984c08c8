using System.Text.RegularExpressions;
using DotNet.Testcontainers.Containers;
using Sagas.IntegrationTests.Containers;

namespace DotNet.Testcontainers.Builders;

/// <summary>What a container is waited for after its start.</summary>
public static class Wait
{
    /// <summary>Nothing to wait for yet.</summary>
    public static IWaitForContainerOS ForUnixContainer() => new Conditions([]);

    internal sealed record Condition(string What, Func<IContainer, CancellationToken, Task<bool>> HoldsAsync);

    internal sealed record Conditions(IReadOnlyList<Condition> All) : IWaitForContainerOS
    {
        public IWaitForContainerOS UntilCommandIsCompleted(params string[] command) => With(
            $"'{string.Join(' ', command)}' to succeed",
            async (container, ct) => (await container.ExecAsync(command, ct)).ExitCode == 0);

        public IWaitForContainerOS UntilContainerIsHealthy() => With(
            "its health check to succeed",
            async (container, ct) => await container.InspectAsync("{{.State.Health.Status}}", ct) == "healthy");

        public IWaitForContainerOS UntilMessageIsLogged(string pattern) => With(
            $"a log line that matches '{pattern}'",
            async (container, ct) =>
            {
                (string stdout, string stderr) = await container.GetLogsAsync(ct: ct);
                return Regex.IsMatch(stdout + stderr, pattern, RegexOptions.Multiline);
            });

        private Conditions With(string what, Func<IContainer, CancellationToken, Task<bool>> holdsAsync) =>
            new([.. All, new Condition(what, holdsAsync)]);
    }
}
