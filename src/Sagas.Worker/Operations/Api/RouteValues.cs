namespace Sagas.Worker.Operations.Api;

/// <summary>Reads the parts of a path.</summary>
internal static class RouteValues
{
    public static Guid SagaId(string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new ProblemException(Problems.InvalidParameter(
            "id", $"'{Quoted.Of(text)}' is no saga id. Write a UUID, for instance 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e."));
}
