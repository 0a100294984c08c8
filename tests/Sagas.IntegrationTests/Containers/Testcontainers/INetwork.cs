namespace DotNet.Testcontainers.Networks;

/// <summary>A network on which containers find each other by name.</summary>
public interface INetwork : IAsyncDisposable
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Creates it, unless that was done.</summary>
    Task CreateAsync(CancellationToken ct = default);

    /// <summary>Removes it.</summary>
    Task DeleteAsync(CancellationToken ct = default);
}
