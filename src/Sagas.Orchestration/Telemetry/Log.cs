using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Sagas.Orchestration.Resilience;

namespace Sagas.Orchestration.Telemetry;

/// <summary>The worker's log messages. None carries an input, a result or a secret.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, Guid, IDisposable?> Saga = LoggerMessage.DefineScope<Guid>("Saga {SagaId}");

    /// <summary>Puts lines under the saga that they are about.</summary>
    public static IDisposable? SagaScope(this ILogger logger, Guid sagaId) => Saga(logger, sagaId);

    [LoggerMessage(100, LogLevel.Information, "Waiting for RabbitMQ at {Broker}: {Reason}")]
    public static partial void WaitingForBroker(this ILogger logger, string broker, string reason);

    [LoggerMessage(103, LogLevel.Warning, "RabbitMQ at {Broker} refuses the user {User} or the password; trying again")]
    public static partial void BrokerRefusesCredentials(this ILogger logger, string broker, string user);

    [LoggerMessage(104, LogLevel.Warning, "RabbitMQ at {Broker} is not trusted: {Reason}; trying again")]
    public static partial void BrokerNotTrusted(this ILogger logger, string broker, string reason);

    [LoggerMessage(101, LogLevel.Information, "RabbitMQ at {Broker} answers")]
    public static partial void BrokerAnswers(this ILogger logger, string broker);

    [LoggerMessage(
        107,
        LogLevel.Warning,
        "RabbitMQ refuses the queue or the exchange {Queue}: {Reason}. The steps that go there wait in vain until that is "
            + "put right: {Definitions}")]
    public static partial void ParticipantRefused(this ILogger logger, string queue, string reason, string definitions);

    [LoggerMessage(106, LogLevel.Information, "RabbitMQ accepts the queue and the exchange {Queue} again")]
    public static partial void ParticipantAccepted(this ILogger logger, string queue);

    [LoggerMessage(102, LogLevel.Information, "No broker is configured: the transport is in memory")]
    public static partial void InMemoryTransport(this ILogger logger);

    [LoggerMessage(140, LogLevel.Warning, "The worker is now {Status}. {Reason}")]
    public static partial void HealthChanged(this ILogger logger, HealthStatus status, string reason);

    [LoggerMessage(
        105,
        LogLevel.Warning,
        "Saga {SagaId} is undecided after {Attempts} attempts and is looked at again in {Pause}: {Reason} Sagas with the "
            + "same reason are not logged for a minute.")]
    public static partial void SagaUndecided(
        this ILogger logger, Guid sagaId, int attempts, TimeSpan pause, string reason);

    [LoggerMessage(110, LogLevel.Warning, "Refused a {MessageType} message: {Code}: {Reason}")]
    public static partial void Refused(this ILogger logger, string messageType, string code, string reason);

    [LoggerMessage(112, LogLevel.Warning, "Refused {Count} more messages within {Window}: {Counts}")]
    public static partial void RefusedMore(this ILogger logger, long count, TimeSpan window, string counts);

    [LoggerMessage(111, LogLevel.Warning,
        "{Count} refusals since the last such line could not be sent to their senders. The last one: {Reason}")]
    public static partial void RefusalNotSent(this ILogger logger, long count, string reason);

    [LoggerMessage(
        160,
        LogLevel.Debug,
        "Attempt {Attempt} of step {Step} of saga {SagaId} is over: it is not called, or not answered")]
    public static partial void HttpStepIsOver(this ILogger logger, string step, int attempt, Guid sagaId);

    [LoggerMessage(
        161,
        LogLevel.Warning,
        "This worker cannot call some HTTP steps, and leaves them to other workers: {Code}: {Reason}")]
    public static partial void HttpStepsForAnother(this ILogger logger, string code, string reason);

    [LoggerMessage(
        162, LogLevel.Debug, "Attempt {Attempt} of a step of saga {SagaId} is not in flight: it is not called")]
    public static partial void HttpStepNotInFlight(this ILogger logger, int attempt, Guid sagaId);

    [LoggerMessage(114, LogLevel.Error, "A message could not be handled and was set aside: {Exception}{StackTrace}")]
    public static partial void MessageNotHandled(this ILogger logger, string exception, string? stackTrace);

    [LoggerMessage(115, LogLevel.Error,
        "A message could not be moved to {Queue}, and is delivered again after {Pause}: {Reason} Another one is not logged "
            + "before that")]
    public static partial void NotSetAside(this ILogger logger, string queue, TimeSpan pause, string reason);

    [LoggerMessage(120, LogLevel.Warning, "Could not look for due sagas; trying again in {Delay}")]
    public static partial void DueScanFailed(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(130, LogLevel.Information, "Saga {SagaName} v{SagaVersion} {SagaId} started")]
    public static partial void SagaStarted(this ILogger logger, string sagaName, int sagaVersion, Guid sagaId);

    [LoggerMessage(131, LogLevel.Information, "Saga {SagaName} {SagaId} is {State}")]
    public static partial void SagaStateChanged(this ILogger logger, string sagaName, Guid sagaId, string state);

    [LoggerMessage(
        132, LogLevel.Warning, "Saga {SagaName} {SagaId} is suspended and waits for an operator: {Code}: {Reason}")]
    public static partial void SagaSuspended(
        this ILogger logger, string sagaName, Guid sagaId, string code, string reason);

    [LoggerMessage(170, LogLevel.Warning, "Could not read the figures of the metrics; trying again in {Delay}")]
    public static partial void StoreFiguresNotRead(this ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(150, LogLevel.Warning, "The circuit breaker of {Destination} is open for {Duration}: {Reason}")]
    public static partial void CircuitOpened(
        this ILogger logger, string destination, TimeSpan duration, string reason);

    [LoggerMessage(151, LogLevel.Information, "The circuit breaker of {Destination} is {State}: {Reason}")]
    public static partial void CircuitChanged(
        this ILogger logger, string destination, CircuitState state, string reason);

    [LoggerMessage(180, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(181, LogLevel.Information, "Parked message {Number} is sent again, by {Operator}: {Reason}")]
    public static partial void ParkedMessageRetried(this ILogger logger, long number, string @operator, string reason);

    [LoggerMessage(182, LogLevel.Warning, "Parked message {Number} was discarded by {Operator}: {Reason}")]
    public static partial void ParkedMessageDiscarded(
        this ILogger logger, long number, string @operator, string reason);

    [LoggerMessage(183, LogLevel.Information, "The circuit breaker of {Destination} was reset by {Operator}: {Reason}")]
    public static partial void CircuitReset(this ILogger logger, string destination, string @operator, string reason);

    [LoggerMessage(
        184, LogLevel.Information, "{Action}: {Name} version {Version}, by {Operator}: {Reason}")]
    public static partial void DefinitionChanged(
        this ILogger logger, string action, string name, int version, string @operator, string reason);

    [LoggerMessage(210, LogLevel.Warning, "{Method} {Path} from {Address} was not authenticated: {Reason}")]
    public static partial void NotAuthenticated(
        this ILogger logger, string method, string path, string address, string reason);

    [LoggerMessage(211, LogLevel.Information, "{Operator} signed in with a browser from {Address}")]
    public static partial void SignedIn(this ILogger logger, string @operator, string address);

    [LoggerMessage(
        212,
        LogLevel.Warning,
        "The API can be reached from other machines at {Listen}, and neither keys nor tokens are demanded ({Setting}): "
            + "whoever reaches it may do everything")]
    public static partial void ApiIsOpen(this ILogger logger, string listen, string setting);

    [LoggerMessage(
        213,
        LogLevel.Warning,
        "The API can be reached from other machines at {Listen} without TLS: keys and what is answered can be read on "
            + "the way. Listen on https, or let a proxy in front of the worker do so")]
    public static partial void ApiIsPlain(this ILogger logger, string listen);

    [LoggerMessage(
        214, LogLevel.Warning, "{Method} {Path} was refused, since it came from a page of another site ({Origin})")]
    public static partial void CrossSiteRequest(this ILogger logger, string method, string path, string origin);

    [LoggerMessage(215, LogLevel.Information, "The API's certificate was renewed; it is good until {End}")]
    public static partial void CertificateRenewed(this ILogger logger, DateTime end);

    [LoggerMessage(
        216, LogLevel.Warning, "The API's certificate {Path} cannot be read, the one before stays in use: {Reason}")]
    public static partial void CertificateNotRead(this ILogger logger, string path, string reason);

    [LoggerMessage(217, LogLevel.Warning, "Tokens cannot be checked: the keys of {Authority} cannot be had: {Reason}")]
    public static partial void TokensNotChecked(this ILogger logger, string authority, string reason);

    [LoggerMessage(
        218,
        LogLevel.Warning,
        "{Count} connections were closed, the last one from {Address}, which has {Limit} already "
            + "(Sagas:Api:MaxConnectionsPerAddress)")]
    public static partial void ConnectionClosed(this ILogger logger, long count, string address, int limit);

    [LoggerMessage(185, LogLevel.Warning, "{Action} of {Target} was refused to {Operator}: {Code}")]
    public static partial void CommandRefused(
        this ILogger logger, string action, string target, string @operator, string code);

    [LoggerMessage(186, LogLevel.Warning, "That {Action} was refused could not be recorded: {Reason}")]
    public static partial void RefusalNotRecorded(this ILogger logger, string action, string reason);
}
