namespace Sagas.Dashboard.Queries;

/// <summary>A part of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Next">The cursor of the next page, or <see langword="null"/> when this is the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
