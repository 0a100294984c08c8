namespace Sagas.Dashboard.Pages.Models;

/// <summary>How many sagas are in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many.</param>
/// <param name="Href">The list narrowed to them; or to all again, if it is.</param>
/// <param name="IsChosen">Whether the list is narrowed to them.</param>
public sealed record StateTile(string State, long Count, string Href, bool IsChosen);
