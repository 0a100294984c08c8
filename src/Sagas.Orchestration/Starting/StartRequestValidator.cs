using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Sagas.Contracts;
using Sagas.Contracts.Text;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;

namespace Sagas.Orchestration.Starting;

/// <summary>Finds what is wrong with a start request.</summary>
internal sealed class StartRequestValidator(
    SagaDefinitionCatalog definitions, IOptions<StartOptions> options, EngineLimits limits)
{
    // Every command has an object of results, and one to undo a step whose outcome is unknown has none in it.
    private static readonly int NoResults = "{}".Length;

    /// <summary>The definition that the request is for, or why it is refused.</summary>
    /// <param name="request">The request.</param>
    /// <param name="identity">What it is known by.</param>
    /// <param name="found">The definition that was found for it.</param>
    public (SagaDefinition? Definition, RequestRefused? Refusal) Validate(
        StartSaga request, StartIdentity identity, SagaDefinition? found)
    {
        if (!identity.IsKnown)
        {
            return Refuse(
                RefusalCodes.MissingIdentity,
                "A redelivery of this request would start a second saga. Give it an idempotencyKey, "
                    + "a sagaId or a message id.");
        }

        if (request.IdempotencyKey is { } key && IdempotencyKeyText.ProblemOf(key) is { } problem)
        {
            return Refuse(RefusalCodes.InvalidIdempotencyKey, problem);
        }

        var input = Input(request);
        if (input.ValueKind != JsonValueKind.Object)
        {
            return Refuse(
                RefusalCodes.InvalidInput, $"The input is a JSON {input.ValueKind}. It must be a JSON object.");
        }

        var size = Encoding.UTF8.GetByteCount(input.GetRawText());
        if (size > options.Value.MaxInputBytes)
        {
            return Refuse(
                RefusalCodes.InputTooLarge,
                $"The input has {size} bytes, {options.Value.MaxInputBytes} are allowed ({StartOptions.Section}:"
                + $"{nameof(StartOptions.MaxInputBytes)}). Store it elsewhere and pass a reference.");
        }

        if (JsonSize.AtMost(input) > limits.PayloadBytes && JsonSize.Of(input) + NoResults > limits.PayloadBytes)
        {
            return Refuse(
                RefusalCodes.InputTooLarge,
                $"The input has {JsonSize.Of(input)} bytes in a command, and {limits.PayloadBytes - NoResults} fit into a "
                + $"message ({EngineLimits.Setting} less "
                + $"{EngineLimits.Envelope}). Store it elsewhere and pass a reference.");
        }

        if (request.Input is { } given && StorableJson.HasVastNumber(given))
        {
            return Refuse(
                RefusalCodes.InvalidInput,
                $"The input has a number with more than {StorableJson.MostDigits} digits before or behind its point, "
                + "which no database keeps. Pass it as a text.");
        }

        if (found is not null)
        {
            return (found, null);
        }

        var known = definitions.Startable.ToList();
        var versions = known.Where(x => x.Name == request.SagaName).Select(x => x.Version).ToArray();
        if (versions.Length == 0)
        {
            var wanted = Quoted.Of(request.SagaName);
            var reason = definitions.Withdrawn.Any(x => x.Name == request.SagaName)
                ? $"The saga '{wanted}' was withdrawn: none starts on it until it is restored."
                : $"No saga is named '{wanted}'.";
            return Refuse(RefusalCodes.UnknownSaga, $"{reason} There are: {List(known.Select(x => x.Name).Distinct())}.");
        }

        return Refuse(
            RefusalCodes.UnknownVersion,
            $"The saga {request.SagaName} has no version {request.Version} to start on"
                + (definitions.Withdrawn.Contains((request.SagaName, request.Version ?? 0)) ? ", for it was withdrawn" : "")
                + $". There are: {List(versions)}.");
    }

    /// <summary>The request's input as it is stored; a request without one has an empty object.</summary>
    public static JsonElement Input(StartSaga request) =>
        request.Input is { } input ? StorableJson.Of(input) : JsonElement.Parse("{}");

    private static string List<T>(IEnumerable<T> items) => string.Join(", ", items) is { Length: > 0 } list ? list : "none";

    private static (SagaDefinition?, RequestRefused?) Refuse(string code, string message) =>
        (null, new RequestRefused { Code = code, Message = message });
}
