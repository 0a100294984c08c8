namespace Sagas.Dashboard.Queries;

/// <summary>A cursor is none that a page of this very list ended with.</summary>
internal sealed class InvalidCursorException()
    : Exception("The cursor is not one that a page of this list ended with. Start again without one.");
