namespace Sagas.Persistence.Migrations;

/// <summary>The tables of a database beside those that this worker knows.</summary>
/// <param name="Known">The migrations that this worker knows, in their order.</param>
/// <param name="Pending">Those that are not applied.</param>
/// <param name="Newer">Those that are applied and that this worker does not know: a newer worker's.</param>
/// <param name="Refusal">
/// Why this worker must not run on the tables; <see langword="null"/> if it may. The newer ones may allow it.
/// </param>
public sealed record SchemaComparison(
    IReadOnlyList<string> Known, IReadOnlyList<string> Pending, IReadOnlyList<string> Newer, string? Refusal)
{
    /// <param name="known">The migrations that this worker knows, in their order.</param>
    /// <param name="applied">Those that are applied.</param>
    /// <param name="changes">What the database says of them.</param>
    internal static SchemaComparison Of(
        IReadOnlyList<string> known, IReadOnlyList<string> applied, IReadOnlyDictionary<string, string> changes)
    {
        IReadOnlyList<string> newer = [.. applied.Except(known)];
        var refused = newer.FirstOrDefault(
            migration => !changes.TryGetValue(migration, out var oldest) || !known.Contains(oldest));
        return new SchemaComparison(
            known,
            [.. known.Except(applied)],
            newer,
            refused is null ? null : Refuse(refused, changes.GetValueOrDefault(refused), known[^1]));
    }

    private static string Refuse(string migration, string? oldest, string latest) =>
        $"A newer worker made these tables: since {migration} they need a worker that knows "
        + $"{oldest ?? migration}, and the last that this one knows is {latest}.";
}
