namespace Sagas.Benchmarks.Systems;

/// <summary>What is measured.</summary>
internal enum SystemKind
{
    /// <summary>
    /// This project's worker, and participants on the barrier: crash-safe, with the default settings.
    /// </summary>
    Sagas,

    /// <summary>The same saga on MassTransit's in-memory repository, and participants that store nothing.</summary>
    NoDatabase,

    /// <summary>The same messages and durable writes by hand, batched as well as can be: crash-safe.</summary>
    Raw,

    /// <summary>
    /// The same saga on MassTransit with one EF transaction a message, and no durable outbox: a crash loses messages.
    /// </summary>
    Plain,

    /// <summary>
    /// The same saga as an application on MassTransit has it, whose repository and outbox are this project's, with the
    /// default settings: crash-safe, and without the events between a saga's start and its end.
    /// </summary>
    DropIn,

    /// <summary>
    /// This project's worker on SQLite and the in-memory transport, with the participants in its process.
    /// </summary>
    Embedded,

    /// <summary>The worker and participants of another build, to see what a change brings.</summary>
    Baseline,
}
