namespace Sagas.Dashboard.Pages.Models;

/// <summary>A sentence about a saga.</summary>
/// <param name="Label">What it is about.</param>
/// <param name="Text">What it says.</param>
/// <param name="IsBad">Whether it says what is wrong.</param>
public sealed record Sentence(string Label, string Text, bool IsBad = false);
