using System.Globalization;
using Sagas.Contracts.Text;

namespace Sagas.Dashboard.Api;

/// <summary>Reads the parts of a path.</summary>
internal static class RouteValues
{
    public static Guid SagaId(string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new ProblemException(Problems.InvalidParameter(
            "id",
            $"'{Quoted.Of(text)}' is no saga id. Write a UUID, for instance 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e."));

    public static long Number(string name, string text, long largest) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1
        && number <= largest
            ? number
            : throw new ProblemException(Problems.InvalidParameter(
                name, $"'{Quoted.Of(text)}' is no {name}. Allowed: a whole number from 1 to {largest}."));
}
