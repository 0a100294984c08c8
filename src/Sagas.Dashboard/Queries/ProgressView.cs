namespace Sagas.Dashboard.Queries;

/// <summary>How far a saga has come.</summary>
/// <param name="Done">Steps that succeeded, or that an operator skipped, and that are not undone.</param>
/// <param name="Undone">Steps that were compensated.</param>
/// <param name="Total">All steps.</param>
internal sealed record ProgressView(int Done, int Undone, int Total);
