namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Looks into a database of one kind over a connection of its own. It changes nothing.</summary>
internal interface IDatabaseProbe : IAsyncDisposable
{
    /// <summary>Opens the connection.</summary>
    /// <returns>What the database is, and its version.</returns>
    Task<string> OpenAsync(CancellationToken stop);

    /// <summary>What only this kind of database has to be checked for, by name.</summary>
    IReadOnlyList<(string Check, Func<CancellationToken, Task<CheckResult>> Examine)> Checks { get; }
}
