namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>The attributes of spans: OpenTelemetry's, and those that the metrics have as well.</summary>
internal static class SpanAttributes
{
    public const string SagaId = "saga.id";
    public const string SagaName = "saga.name";
    public const string SagaVersion = "saga.version";
    public const string SagaState = "saga.state";
    public const string Step = "saga.step";
    public const string Direction = "saga.direction";
    public const string Attempt = "saga.attempt";
    public const string Outcome = "saga.outcome";
    public const string MessageType = "saga.message";

    public const string ErrorType = "error.type";
    public const string MessagingSystem = "messaging.system";
    public const string OperationType = "messaging.operation.type";
    public const string OperationName = "messaging.operation.name";
    public const string DestinationName = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string ConversationId = "messaging.message.conversation_id";
    public const string HttpMethod = "http.request.method";
    public const string HttpStatus = "http.response.status_code";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
}
