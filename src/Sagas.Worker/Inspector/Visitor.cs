namespace Sagas.Worker.Inspector;

/// <summary>Who looks at the page.</summary>
/// <param name="Name">The name that was authenticated, or <see langword="null"/> where nobody has to say who they are.</param>
/// <param name="MayOperate">Whether they may change what happens to sagas.</param>
/// <param name="MaySeePayloads">Whether they may see what sagas carry.</param>
public sealed record Visitor(string? Name, bool MayOperate, bool MaySeePayloads);
