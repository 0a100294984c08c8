using System.Text.RegularExpressions;
using Sagas.Contracts.Text;

namespace Sagas.Orchestration.Starting;

/// <summary>What an idempotency key may look like.</summary>
internal static partial class IdempotencyKeyText
{
    /// <summary>What is wrong with a key, or <see langword="null"/>.</summary>
    public static string? ProblemOf(string key) => Allowed().IsMatch(key)
        ? null
        : $"The idempotency key '{Quoted.Of(key)}' has {key.Length} characters. "
            + "Allowed are 1 to 128 of A-Z a-z 0-9 . _ : -";

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,128}\z")]
    private static partial Regex Allowed();
}
