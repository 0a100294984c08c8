namespace Sagas.Contracts;

/// <summary>The values of <see cref="RequestRefused.Code"/>.</summary>
public static class RefusalCodes
{
    /// <summary>The message is not JSON, or not of the form that its type has.</summary>
    public const string MalformedMessage = "MALFORMED_MESSAGE";

    /// <summary>The message's type is missing, or is none that the worker consumes.</summary>
    public const string UnknownMessageType = "UNKNOWN_MESSAGE_TYPE";

    /// <summary>No definition of that name is loaded.</summary>
    public const string UnknownSaga = "UNKNOWN_SAGA";

    /// <summary>The definition has no such version.</summary>
    public const string UnknownVersion = "UNKNOWN_SAGA_VERSION";

    /// <summary>The request has neither an idempotency key, nor a saga id, nor a message id.</summary>
    public const string MissingIdentity = "MISSING_IDENTITY";

    /// <summary>The idempotency key has characters that are not allowed, or is empty or too long.</summary>
    public const string InvalidIdempotencyKey = "INVALID_IDEMPOTENCY_KEY";

    /// <summary>The idempotency key, or the saga id, belongs to another request.</summary>
    public const string IdempotencyConflict = "IDEMPOTENCY_CONFLICT";

    /// <summary>The input is not a JSON object, or has a number that no database keeps.</summary>
    public const string InvalidInput = "INVALID_INPUT";

    /// <summary>The input is larger than the configured limit.</summary>
    public const string InputTooLarge = "INPUT_TOO_LARGE";

    /// <summary>No saga has that id.</summary>
    public const string SagaNotFound = "SAGA_NOT_FOUND";

    /// <summary>The saga is in a state in which the operator's command has no meaning.</summary>
    public const string InvalidState = "INVALID_STATE";

    /// <summary>The saga is past its pivot, or its pivot is in flight, and cannot be cancelled.</summary>
    public const string PastPivot = "PAST_PIVOT";

    /// <summary>An operator's command lacks the operator or the reason.</summary>
    public const string MissingReason = "MISSING_REASON";

    /// <summary>The message is larger than the configured limit.</summary>
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";

    /// <summary>The worker could not handle the message, through no fault of the sender's. Its log says why.</summary>
    public const string InternalError = "INTERNAL_ERROR";
}
