namespace Sagas.Dashboard.Pages.Models;

/// <summary>How often something happens in this worker.</summary>
/// <param name="What">What happens.</param>
/// <param name="PerMinute">How often a minute.</param>
public sealed record Rate(string What, double PerMinute);
