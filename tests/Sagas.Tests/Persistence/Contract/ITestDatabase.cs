namespace Sagas.Tests.Persistence.Contract;

/// <summary>Where a contract test keeps its tables: an empty database of its own.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    string ConnectionString { get; }
}
