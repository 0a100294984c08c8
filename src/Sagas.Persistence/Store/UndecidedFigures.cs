namespace Sagas.Persistence.Store;

/// <summary>The sagas that no worker has been able to decide about.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Reasons">The most frequent reasons, each with one of its sagas.</param>
public sealed record UndecidedFigures(long Count, IReadOnlyList<UndecidedCause> Reasons);

/// <summary>Why sagas are undecided.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Count">How many sagas have it.</param>
/// <param name="Since">Since when (UTC) the first of them is undecided.</param>
/// <param name="Example">One of the sagas.</param>
public sealed record UndecidedCause(string Reason, long Count, DateTime Since, Guid Example);
