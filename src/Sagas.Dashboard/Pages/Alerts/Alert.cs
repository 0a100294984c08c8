namespace Sagas.Dashboard.Pages.Alerts;

/// <summary>Something that somebody should look at.</summary>
/// <param name="Name">The name of the rule, the same as in <c>deploy/prometheus</c>.</param>
/// <param name="IsCritical">Whether sagas stand still for it.</param>
/// <param name="Summary">What is the matter.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Href">Where on the page there is more.</param>
public sealed record Alert(string Name, bool IsCritical, string Summary, string Advice, string Href);
