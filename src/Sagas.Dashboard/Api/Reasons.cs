using Microsoft.AspNetCore.Http;
using Sagas.Contracts;

namespace Sagas.Dashboard.Api;

/// <summary>Holds an operator's reason to its limits.</summary>
internal static class Reasons
{
    private const int Longest = 2_000;

    public static string Checked(string reason) => reason.Trim() is { Length: >= 1 and <= Longest } text
        ? text
        : throw new ProblemException(new Problem(
            StatusCodes.Status400BadRequest,
            RefusalCodes.MissingReason,
            $"'reason' has {reason.Trim().Length} characters. Say why in 1 to {Longest}.")
        {
            Pointer = "/reason",
        });
}
