namespace Sagas.Engine.Definitions.Http;

/// <summary>What a placeholder starts from.</summary>
internal enum PlaceholderRoot
{
    SagaId,
    Step,
    Attempt,
    IdempotencyKey,
    Input,
    Results,
}
