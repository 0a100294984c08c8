namespace Sagas.IntegrationTests.Chaos;

/// <summary>What a chaos run left in the databases of the worker and of the participants.</summary>
internal sealed record ChaosRecord
{
    /// <summary>How many sagas were started.</summary>
    public required int Started { get; init; }

    /// <summary>Those that the worker's database has.</summary>
    public required IReadOnlyList<ChaosSaga> Sagas { get; init; }

    /// <summary>Rows of participants that belong to no saga.</summary>
    public long Strays { get; init; }

    /// <summary>What should be empty, with how much is in it: error queues, parked messages, undecided sagas.</summary>
    public IReadOnlyDictionary<string, long> SetAside { get; init; } = new Dictionary<string, long>();
}

/// <summary>What the databases say about one saga.</summary>
/// <param name="Number">Which saga of the mix it is.</param>
/// <param name="State">Its state, in <c>saga_state</c>.</param>
/// <param name="Log">What the participants in .NET did and undid for it, in order.</param>
/// <param name="Effects">The rows of all participants' own tables.</param>
internal sealed record ChaosSaga(
    int Number, string State, IReadOnlyList<ChaosLog> Log, IReadOnlyList<ChaosEffect> Effects);

/// <summary>A line of <c>effect_log</c>.</summary>
internal sealed record ChaosLog(string Step, string Direction);

/// <summary>A row that an effect left, and whether it says that the effect was undone.</summary>
internal sealed record ChaosEffect(string Step, bool IsUndone);
