namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>What the client of a faulty server sees.</summary>
internal enum PostgresEffect
{
    /// <summary>The server does not get the statement; the connection is gone.</summary>
    CutBefore,

    /// <summary>The server carries the statement out; the connection is gone before it can say so.</summary>
    CutAfter,

    /// <summary>The server does not get the statement; no answer comes.</summary>
    SilentBefore,

    /// <summary>The server carries the statement out; no answer comes.</summary>
    SilentAfter,

    /// <summary>The statement fails, and with it the transaction.</summary>
    Error,

    /// <summary>The statement fails, and with it the connection.</summary>
    Fatal,
}
