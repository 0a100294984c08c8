using Microsoft.AspNetCore.Http;
using Sagas.Contracts;
using Sagas.Dashboard.Commands;

namespace Sagas.Dashboard.Api;

/// <summary>Tells a refusal of the worker as a problem.</summary>
internal static class RefusalProblems
{
    /// <summary>What was accepted.</summary>
    /// <exception cref="ProblemException">It was refused.</exception>
    public static T OrProblem<T>(this Answer<T> answer)
        where T : class => answer.Accepted ?? throw new ProblemException(Of(answer.Refusal!)) { IsRecorded = true };

    private static Problem Of(RequestRefused refusal) =>
        new(StatusOf(refusal.Code), refusal.Code, refusal.Message)
        {
            SagaId = refusal.SagaId,
            Pointer = refusal.Code switch
            {
                RefusalCodes.UnknownSaga => "/name",
                RefusalCodes.UnknownVersion => "/version",
                RefusalCodes.InvalidInput or RefusalCodes.InputTooLarge or RefusalCodes.MalformedMessage => "/input",
                RefusalCodes.MissingReason => "/reason",
                _ => null,
            },
            Parameter = refusal.Code switch
            {
                RefusalCodes.InvalidIdempotencyKey => StartEndpoint.KeyHeader,
                RefusalCodes.SagaNotFound => "id",
                _ => null,
            },
        };

    private static int StatusOf(string code) => code switch
    {
        RefusalCodes.UnknownSaga or RefusalCodes.UnknownVersion or RefusalCodes.SagaNotFound =>
            StatusCodes.Status404NotFound,
        RefusalCodes.IdempotencyConflict or RefusalCodes.InvalidState or RefusalCodes.PastPivot =>
            StatusCodes.Status409Conflict,
        RefusalCodes.InputTooLarge or RefusalCodes.MessageTooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalCodes.InvalidInput or RefusalCodes.MalformedMessage => StatusCodes.Status422UnprocessableEntity,
        RefusalCodes.InternalError => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };
}
