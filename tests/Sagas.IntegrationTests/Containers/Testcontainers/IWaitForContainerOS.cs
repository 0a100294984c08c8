namespace DotNet.Testcontainers.Builders;

/// <summary>What a container is waited for after its start.</summary>
public interface IWaitForContainerOS
{
    /// <summary>Waits until a command in the container succeeds.</summary>
    IWaitForContainerOS UntilCommandIsCompleted(params string[] command);

    /// <summary>Waits until the container's health check says that it is healthy.</summary>
    IWaitForContainerOS UntilContainerIsHealthy();

    /// <summary>Waits until a line of its log matches the regular expression.</summary>
    IWaitForContainerOS UntilMessageIsLogged(string pattern);
}
