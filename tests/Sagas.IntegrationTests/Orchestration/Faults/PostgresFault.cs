using Sagas.Tests.Orchestration.Faults.Contract;

namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>A statement that fails on PostgreSQL.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Effect">How it fails.</param>
/// <param name="State">The SQLSTATE that the server names, if it says anything.</param>
internal sealed record PostgresFault(string Name, PostgresEffect Effect, string State = "")
    : StoreFault(Name, Effect is PostgresEffect.CutAfter or PostgresEffect.SilentAfter)
{
    /// <summary>What takes no time.</summary>
    public static readonly IReadOnlyList<PostgresFault> Quick =
    [
        new("connection lost", PostgresEffect.CutBefore),
        new("connection lost after the fact", PostgresEffect.CutAfter),
        new("deadlock", PostgresEffect.Error, "40P01"),
        new("serialization failure", PostgresEffect.Error, "40001"),
        new("statement timeout", PostgresEffect.Error, "57014"),
        new("disk full", PostgresEffect.Error, "53100"),
        new("out of memory", PostgresEffect.Error, "53200"),
        new("lock not available", PostgresEffect.Error, "55P03"),
        new("I/O error", PostgresEffect.Error, "58030"),
        new("read only", PostgresEffect.Error, "25006"),
        new("shut down", PostgresEffect.Fatal, "57P01"),
        new("crash elsewhere", PostgresEffect.Fatal, "57P02"),
    ];

    /// <summary>What lasts until the client's own command timeout.</summary>
    public static readonly IReadOnlyList<PostgresFault> Slow =
    [
        new("command timeout", PostgresEffect.SilentBefore),
        new("command timeout after the fact", PostgresEffect.SilentAfter),
    ];
}
