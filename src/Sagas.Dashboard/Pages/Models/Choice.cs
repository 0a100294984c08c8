using Sagas.Dashboard.Api;
using Sagas.Dashboard.Viewing;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>Something that an operator can do to a saga.</summary>
/// <param name="Label">What its button says.</param>
/// <param name="Address">Where it is posted to.</param>
/// <param name="Step">The step that is named with it, if any.</param>
/// <param name="Outcome">What comes of it, as a sentence.</param>
/// <param name="Confirmation">What is to be confirmed first, if it cannot be undone.</param>
public sealed record Choice(string Label, string Address, string? Step, string Outcome, string? Confirmation)
{
    internal static Choice Of(Guid saga, OperatorChoice choice) => new(
        $"{char.ToUpperInvariant(choice.Verb[0])}{choice.Verb[1..]}",
        $"{ApiExtensions.Prefix}/sagas/{saga}/{choice.Verb}",
        choice.Step,
        $"{char.ToUpperInvariant(choice.Outcome[0])}{choice.Outcome[1..]}.",
        choice.Verb == "abort" ? "I know that nothing more is undone then, and that this cannot be taken back." : null);
}
