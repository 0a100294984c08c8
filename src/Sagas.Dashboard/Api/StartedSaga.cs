namespace Sagas.Dashboard.Api;

/// <summary>A saga that is stored and will be brought to its end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its definition's name.</param>
/// <param name="IdempotencyKey">The key under which the request may be repeated.</param>
internal sealed record StartedSaga(Guid Id, string Name, string IdempotencyKey);
