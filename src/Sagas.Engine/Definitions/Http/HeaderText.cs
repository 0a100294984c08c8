namespace Sagas.Engine.Definitions.Http;

/// <summary>
/// What the value of a header may hold: printable ASCII and tabs, so that none can begin another header.
/// </summary>
internal static class HeaderText
{
    public static bool IsValid(string text) => text.All(x => x is '\t' or (>= ' ' and <= '~'));
}
