using System.Text.RegularExpressions;

namespace Sagas.Engine.Definitions.Http;

/// <summary>A part of a <see cref="Template"/>.</summary>
internal abstract partial record TemplatePart
{
    private TemplatePart()
    {
    }

    /// <summary>Text that stands for itself.</summary>
    internal sealed record Literal(string Text) : TemplatePart;

    /// <summary>What a value of the saga is put in place of.</summary>
    /// <param name="Root">What it starts from.</param>
    /// <param name="Path">
    /// The properties below it; the first of <see cref="PlaceholderRoot.Results"/> name a step.
    /// </param>
    internal sealed partial record Placeholder(PlaceholderRoot Root, IReadOnlyList<string> Path) : TemplatePart
    {
        /// <summary>What an error message offers.</summary>
        public const string Allowed =
            "Allowed: {sagaId}, {step}, {attempt}, {idempotencyKey}, {input}, {input.name.of.a.property} and " +
            "{results.step.name.of.a.property}; write {{ and }} for braces";

        /// <summary>The name between the braces, as it was written.</summary>
        public required string Name { get; init; }

        public static Placeholder? Parse(string name)
        {
            if (!Form().IsMatch(name))
            {
                return null;
            }

            var parts = name.Split('.');
            PlaceholderRoot? root = parts switch
            {
                ["sagaId"] => PlaceholderRoot.SagaId,
                ["step"] => PlaceholderRoot.Step,
                ["attempt"] => PlaceholderRoot.Attempt,
                ["idempotencyKey"] => PlaceholderRoot.IdempotencyKey,
                ["input", ..] => PlaceholderRoot.Input,
                ["results", _, ..] => PlaceholderRoot.Results,
                _ => null,
            };
            return root is { } known ? new Placeholder(known, parts[1..]) { Name = name } : null;
        }

        /// <summary>
        /// Which step's result it means, and the properties below that. Names of steps may hold dots: the longest one
        /// fits.
        /// </summary>
        public (string Step, IReadOnlyList<string> Path)? ResultOf(IEnumerable<string> steps)
        {
            var known = steps.ToHashSet();
            for (var count = Path.Count; Root == PlaceholderRoot.Results && count > 0; count--)
            {
                var name = string.Join('.', Path.Take(count));
                if (known.Contains(name))
                {
                    return (name, [.. Path.Skip(count)]);
                }
            }

            return null;
        }

        [GeneratedRegex(@"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,19}\z", RegexOptions.CultureInvariant)]
        private static partial Regex Form();
    }
}
